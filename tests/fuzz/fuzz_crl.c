/* Certificate revocation lists: what crl_read accepts, the iterator walks to the end and finds again. */
#include "trust/crl.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct crl crl;
    struct crl_entry entry;
    struct bytes rest;
    enum dr_status status;
    uint32_t count = 0;

    if (crl_read(bytes_of(data, size), &crl) != DR_OK) {
        return 0;
    }
    rest = crl.revoked;
    while ((status = crl_next(&rest, &entry)) == DR_OK) {
        count++;
        if (count < 16U && !crl_lists(&crl, entry.serial)) {
            abort();
        }
    }
    if (status != DR_ERR_NOT_FOUND || count != crl.revoked_count) {
        abort();
    }
    return 0;
}
