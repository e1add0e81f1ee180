/* Any text as LDIF: every value is decoded or told to be malformed, and the end is reached. */
#include "trust_import/ldif.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ldif ldif = ldif_of(bytes_of(data, size));
    struct bytes value;
    enum dr_status status;

    (void)ldif_is(bytes_of(data, size));
    while ((status = ldif_next(&ldif, &value)) != DR_ERR_NOT_FOUND) {
        if (status == DR_OK ? value.len == 0 || value.len > size : status != DR_ERR_MALFORMED) {
            abort();
        }
    }
    ldif_free(&ldif);
    return 0;
}
