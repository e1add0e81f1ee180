#include "trust/master_list.h"

#include "trust/list_signer.h"
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
    return list_signer_usage(certificate, bytes_of(oid_list_signer, sizeof oid_list_signer));
}

enum dr_status master_list_verify(const struct master_list *list, struct certificate *signer)
{
    return list_signer_verify(&list->cms, bytes_of(oid_list_signer, sizeof oid_list_signer), signer);
}
