/* CMS SignedData: every signer and certificate, and the verifier up to the signature. */
#include "trust/certificate.h"
#include "trust/cms.h"

#include <stdlib.h>

/* Every view lies in the input. */
static void check_view(const uint8_t *data, size_t size, struct bytes view)
{
    if (view.len > 0 && (view.data < data || view.data + view.len > data + size)) {
        abort();
    }
}

static void verify_signers(const struct cms *cms, const struct certificate *certificate, const uint8_t *data,
                           size_t size)
{
    struct bytes rest = cms->signer_infos;
    struct cms_signer signer;
    enum dr_status status;
    size_t before = rest.len + 1;

    while ((status = cms_next_signer(&rest, &signer)) != DR_ERR_NOT_FOUND) {
        if (rest.len >= before) {
            abort(); /* no progress */
        }
        before = rest.len;
        check_view(data, size, signer.signed_attributes);
        check_view(data, size, signer.signature);
        check_view(data, size, signer.key_id);
        if (status == DR_OK && certificate != NULL) {
            (void)cms_signer_is(&signer, certificate);
            (void)cms_verify(cms, &signer, &certificate->key);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cms cms;
    struct certificate certificate;
    struct bytes rest;
    struct bytes der;
    size_t length;

    (void)cms_length(bytes_of(data, size < 6 ? size : 6), &length);
    if (cms_read(bytes_of(data, size), &cms) != DR_OK) {
        return 0;
    }
    if (cms_length(bytes_of(data, size), &length) != DR_OK || length != cms.whole.len) {
        abort();
    }
    check_view(data, size, cms.content);
    verify_signers(&cms, NULL, data, size);
    rest = cms.certificates;
    if (cms_next_certificate(&rest, &der) == DR_OK && certificate_read(der, &certificate) == DR_OK) {
        verify_signers(&cms, &certificate, data, size);
    }
    return 0;
}
