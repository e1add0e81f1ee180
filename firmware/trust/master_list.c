#include "trust/master_list.h"

#include "trust/oid.h"

/* 2.23.136.1.1.3 id-icao-cscaMasterListSigningKey */
static const uint8_t oid_list_signer[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x03};

enum dr_status master_list_read(struct bytes der, struct master_list *list)
{
    struct der_reader reader;
    struct der_reader fields;
    struct der_item item;
    uint64_t version;
    enum dr_status status;

    memset(list, 0, sizeof *list);
    status = cms_read_ber(der, &list->cms);
    if (status != DR_OK) {
        return status;
    }
    if (!oid_is(list->cms.content_type, OID_CSCA_MASTER_LIST)) {
        return DR_ERR_UNSUPPORTED;
    }
    if (list->cms.in_pieces) {
        return DR_ERR_UNSUPPORTED;
    }
    if (list->cms.whole.len != der.len || !list->cms.has_content) {
        return DR_ERR_MALFORMED;
    }
    reader = der_reader_of(list->cms.content);
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = der_uint64(&fields, &version)) != DR_OK) {
        return status;
    }
    if (version != 0) {
        return DR_ERR_UNSUPPORTED;
    }
    if ((status = der_expect(&fields, DER_SET, &item)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    list->certificates = item.value;
    return DR_OK;
}

enum dr_status master_list_next(struct bytes *rest, struct bytes *certificate)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_item item;
    enum dr_status status;

    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    status = der_expect(&reader, DER_SEQUENCE, &item);
    if (status != DR_OK) {
        return status;
    }
    *certificate = item.whole;
    *rest = reader.rest;
    return DR_OK;
}

bool master_list_signer_usage(const struct certificate *certificate)
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
        if (bytes_equal(item.value, bytes_of(oid_list_signer, sizeof oid_list_signer))) {
            return true;
        }
    }
    return false;
}

/* The certificate of the CMS that this signer names and that may sign lists. */
static enum dr_status find_certificate(const struct cms *cms, const struct cms_signer *signer,
                                       struct certificate *certificate)
{
    struct bytes rest = cms->certificates;
    struct bytes der;

    while (cms_next_certificate(&rest, &der) == DR_OK) {
        enum dr_status status = certificate_read(der, certificate);
        if ((status == DR_OK || status == DR_ERR_UNSUPPORTED) && cms_signer_is(signer, certificate) &&
            master_list_signer_usage(certificate)) {
            return DR_OK;
        }
    }
    return DR_ERR_UNTRUSTED;
}

enum dr_status master_list_verify(const struct master_list *list, struct certificate *signer)
{
    struct bytes rest = list->cms.signer_infos;
    struct cms_signer info;
    enum dr_status result = DR_ERR_UNTRUSTED;
    enum dr_status status;

    /* One signer is what 9303-12 9.1 asks for; the first that verifies will do. */
    while ((status = cms_next_signer(&rest, &info)) != DR_ERR_NOT_FOUND) {
        if (status == DR_OK) {
            status = find_certificate(&list->cms, &info, signer);
        }
        if (status == DR_OK) {
            status = cms_verify(&list->cms, &info, &signer->key);
        }
        if (status == DR_OK) {
            return DR_OK;
        }
        result = status;
    }
    memset(signer, 0, sizeof *signer);
    return result;
}
