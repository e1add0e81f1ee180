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

/* The same in BER, and joined in place: one view then, and the same hash. */
static void read_ber(const uint8_t *data, size_t size)
{
    struct cms before;
    struct cms after;
    uint8_t *copy = malloc(size + 1);

    if (copy == NULL) {
        return;
    }
    memcpy(copy, data, size);
    if (cms_read_ber(bytes_of(data, size), &before) == DR_OK) {
        verify_signers(&before, NULL, data, size);
        if (cms_flatten(copy, size) == DR_OK) {
            if (cms_read_ber(bytes_of(copy, size), &after) != DR_OK || after.in_pieces ||
                after.content.len > before.content.len || after.signer_infos.len != before.signer_infos.len) {
                abort();
            }
        }
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cms cms;
    struct certificate certificate;
    struct bytes rest;
    struct bytes der;
    size_t length;

    read_ber(data, size);
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
