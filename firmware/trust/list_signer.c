#include "trust/list_signer.h"

bool list_signer_usage(const struct certificate *certificate, struct bytes purpose)
{
    struct der_reader reader = der_reader_of(certificate->extended_key_usage);
    struct der_reader purposes;
    struct der_item item;

    if (der_at_end(&reader) || der_enter(&reader, DER_SEQUENCE, &purposes) != DR_OK) {
        return false;
    }
    while (!der_at_end(&purposes)) {
        if (der_expect(&purposes, DER_OID, &item) != DR_OK) {
            return false;
        }
        if (bytes_equal(item.value, purpose)) {
            return true;
        }
    }
    return false;
}

/* The certificate of the CMS that this signer names and that may sign such lists. */
static enum dr_status find_certificate(const struct cms *cms, const struct cms_signer *signer, struct bytes purpose,
                                       struct certificate *certificate)
{
    struct bytes rest = cms->certificates;
    struct bytes der;

    while (cms_next_certificate(&rest, &der) == DR_OK) {
        enum dr_status status = certificate_read(der, certificate);
        if ((status == DR_OK || status == DR_ERR_UNSUPPORTED) && cms_signer_is(signer, certificate) &&
            list_signer_usage(certificate, purpose)) {
            return DR_OK;
        }
    }
    return DR_ERR_UNTRUSTED;
}

enum dr_status list_signer_verify(const struct cms *cms, struct bytes purpose, struct certificate *signer)
{
    struct bytes rest = cms->signer_infos;
    struct cms_signer info;
    enum dr_status result = DR_ERR_UNTRUSTED;
    enum dr_status status;

    /* One signer is what 9303-12 asks for; the first that verifies will do. */
    while ((status = cms_next_signer(&rest, &info)) != DR_ERR_NOT_FOUND) {
        if (status == DR_OK) {
            status = find_certificate(cms, &info, purpose, signer);
        }
        if (status == DR_OK) {
            status = cms_verify(cms, &info, &signer->key);
        }
        if (status == DR_OK) {
            return DR_OK;
        }
        result = status;
    }
    memset(signer, 0, sizeof *signer);
    return result;
}
