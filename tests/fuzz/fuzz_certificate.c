/* X.509 certificates: read, names folded, its own key tried on it, and the trust store's record of it read back. */
#include "trust/certificate.h"
#include "trust/csca_store.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct certificate certificate;
    struct csca_anchor anchor;
    uint8_t record[CSCA_RECORD_MAX];
    size_t len;
    enum dr_status status = certificate_read(bytes_of(data, size), &certificate);

    if (status != DR_OK && status != DR_ERR_UNSUPPORTED) {
        return 0;
    }
    (void)certificate_name_equal(certificate.issuer, certificate.subject);
    (void)certificate_verify(&certificate, &certificate.key);
    if (csca_record_write(&certificate, record, &len) == DR_OK) {
        if (len > sizeof record ||
            csca_anchor_read(bytes_of(record + 1 + record[0], len - 1U - record[0]), &anchor) != DR_OK ||
            anchor.not_after != certificate.not_after || anchor.key.type != certificate.key.type) {
            abort();
        }
    }
    return 0;
}
