/* CSCA master lists: every certificate inside, and the list's own signature. */
#include "trust/master_list.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct master_list list;
    struct certificate certificate;
    struct bytes rest;
    struct bytes der;

    if (master_list_read(bytes_of(data, size), &list) != DR_OK) {
        return 0;
    }
    rest = list.certificates;
    while (master_list_next(&rest, &der) == DR_OK) {
        if (der.data < data || der.data + der.len > data + size) {
            abort();
        }
        (void)certificate_read(der, &certificate);
    }
    if (master_list_verify(&list, &certificate) == DR_OK && !master_list_signer_usage(&certificate)) {
        abort();
    }
    return 0;
}
