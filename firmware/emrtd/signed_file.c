#include "emrtd/signed_file.h"

#include "trust/certificate.h"

/* One SignerInfo, whose version follows its sid (9303-10 Table 37, RFC 5652 5.3). */
static enum dr_status read_signer(struct lds_sod *sod)
{
    struct bytes rest = sod->cms.signer_infos;
    enum dr_status status = cms_next_signer(&rest, &sod->signer);

    if (status == DR_ERR_NOT_FOUND || (status == DR_OK && rest.len != 0)) {
        return DR_ERR_MALFORMED;
    }
    if (status == DR_OK && sod->signer.version != (sod->signer.by_key_id ? 3 : 1)) {
        return DR_ERR_MALFORMED;
    }
    return status;
}

/*
 * The certificate that the sid names. Where none is named but the only one has the serial number of the sid, it is taken:
 * some issuers write the name in another order there. Signature and path decide anyway.
 */
static enum dr_status find_signer_certificate(struct lds_sod *sod)
{
    struct bytes rest = sod->cms.certificates;
    struct bytes der, candidate = bytes_of(NULL, 0);
    struct certificate certificate;
    unsigned count = 0;
    enum dr_status status;

    for (;;) {
        status = cms_next_certificate(&rest, &der);
        if (status == DR_ERR_NOT_FOUND) {
            break;
        }
        if (status != DR_OK) {
            return status;
        }
        count++;
        status = certificate_read(der, &certificate);
        if (status != DR_OK && status != DR_ERR_UNSUPPORTED) {
            return status;
        }
        if (cms_signer_is(&sod->signer, &certificate)) {
            sod->signer_certificate = der;
            return DR_OK;
        }
        if (!sod->signer.by_key_id && bytes_equal(sod->signer.serial, certificate.serial)) {
            candidate = der;
        }
    }
    if (count == 1) {
        sod->signer_certificate = candidate;
    }
    return count > 0 && sod->signer_certificate.len == 0 ? DR_ERR_MALFORMED : DR_OK;
}

enum dr_status lds_open_signed(struct bytes body, struct lds_sod *file)
{
    enum dr_status status = cms_read_ber(body, &file->cms); /* some states' files are not DER */

    if (status != DR_OK) {
        return status;
    }
    if (file->cms.in_pieces) {
        return DR_ERR_UNSUPPORTED; /* lds_flatten has not been called */
    }
    if (file->cms.whole.len != body.len || !file->cms.has_content) {
        return DR_ERR_MALFORMED;
    }
    status = read_signer(file);
    return status == DR_OK ? find_signer_certificate(file) : status;
}
