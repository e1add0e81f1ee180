#include "emrtd/security_infos_parts.h"

#include "codec/tlv.h"

#define TAG_DG14 0x6EU

/* bsi-de protocols(2) smartcard(2): 0.4.0.127.0.7.2.2 (9303-11 9.2.3). */
static const uint8_t smartcard[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02};
/* id-icao-mrtd-security 5: 2.23.136.1.1.5 (9.2.4). */
static const uint8_t active_auth[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x05};

#define ARC_PUBLIC_KEY 1U
#define ARC_CHIP_AUTH 3U
#define ARC_PACE 4U

/* id-PACE-DH-GM (1) to -ECDH-IM (4), and -ECDH-CAM (6): with a third arc an algorithm, without one a kind of parameters. */
static enum security_info_kind classify(struct bytes protocol)
{
    size_t arcs;

    if (bytes_equal(protocol, bytes_of(active_auth, sizeof active_auth))) {
        return SECURITY_INFO_ACTIVE_AUTH;
    }
    if (protocol.len < sizeof smartcard || memcmp(protocol.data, smartcard, sizeof smartcard) != 0) {
        return SECURITY_INFO_UNKNOWN;
    }
    arcs = protocol.len - sizeof smartcard;
    if (arcs == 3 && protocol.data[7] == ARC_PACE) {
        return SECURITY_INFO_PACE;
    }
    if (arcs == 2 && protocol.data[7] == ARC_PACE) {
        return SECURITY_INFO_PACE_DOMAIN;
    }
    if (arcs == 3 && protocol.data[7] == ARC_CHIP_AUTH) {
        return SECURITY_INFO_CHIP_AUTH;
    }
    if (arcs == 2 && protocol.data[7] == ARC_PUBLIC_KEY) {
        return SECURITY_INFO_CHIP_AUTH_KEY;
    }
    return SECURITY_INFO_UNKNOWN;
}

enum dr_status security_infos_next(struct bytes *rest, struct security_info *info)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_reader fields;
    struct der_item item;
    enum dr_status status;

    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    status = der_expect(&reader, DER_SEQUENCE, &item);
    if (status != DR_OK) {
        return status;
    }
    info->whole = item.whole;
    fields = der_reader_of(item.value);
    status = der_expect(&fields, DER_OID, &item);
    if (status != DR_OK) {
        return status;
    }
    info->protocol = item.value;
    info->data = fields.rest;
    info->kind = classify(info->protocol);
    *rest = reader.rest;
    return DR_OK;
}

enum dr_status security_infos_open(struct bytes file, struct bytes *infos)
{
    struct der_reader reader = der_reader_of(file);
    struct security_info info;
    struct der_item set;
    struct bytes rest;
    unsigned count = 0;
    enum dr_status status = der_next(&reader, &set);

    if (status != DR_OK) {
        return status;
    }
    if (set.tag != DER_SET && set.tag != DER_SEQUENCE) {
        return DR_ERR_MALFORMED;
    }
    rest = set.value;
    while ((status = security_infos_next(&rest, &info)) == DR_OK) {
        if (++count > SECURITY_INFOS_MAX) {
            return DR_ERR_TOO_LARGE;
        }
    }
    *infos = set.value;
    return status == DR_ERR_NOT_FOUND ? DR_OK : status;
}

enum dr_status security_infos_open_dg14(struct bytes file, struct bytes *infos)
{
    struct tlv_item item;
    enum dr_status status = tlv_next(&file, &item);

    if (status == DR_OK && (item.tag != TAG_DG14 || file.len != 0)) {
        status = DR_ERR_MALFORMED;
    }
    return status == DR_OK ? security_infos_open(item.value, infos) : status;
}

bool security_infos_contain(struct bytes signed_infos, struct bytes card_access)
{
    struct security_info wanted, found;

    while (security_infos_next(&card_access, &wanted) == DR_OK) {
        struct bytes rest = signed_infos;
        bool present = false;

        while (!present && security_infos_next(&rest, &found) == DR_OK) {
            present = bytes_equal(found.whole, wanted.whole);
        }
        if (!present) {
            return false;
        }
    }
    return true;
}

bool security_infos_have(struct bytes infos, enum security_info_kind kind)
{
    struct security_info info;

    while (security_infos_next(&infos, &info) == DR_OK) {
        if (info.kind == kind) {
            return true;
        }
    }
    return false;
}

/* Last arc of an algorithm's OID: 1 3DES, 2 to 4 AES (9.2.3, 9.2.7). */
bool security_info_cipher(struct bytes protocol, enum cipher_algorithm *cipher)
{
    static const uint8_t ciphers[] = {CIPHER_3DES_2KEY, CIPHER_AES128, CIPHER_AES192, CIPHER_AES256};
    unsigned arc = protocol.data[protocol.len - 1];

    if (arc < 1 || arc > sizeof ciphers) {
        return false;
    }
    *cipher = (enum cipher_algorithm)ciphers[arc - 1];
    return true;
}

/* INTEGER OPTIONAL at the end of an entry. */
enum dr_status security_info_optional_id(struct der_reader *fields, bool *present, uint64_t *id)
{
    enum dr_status status;

    *present = !der_at_end(fields);
    *id = 0;
    if (!*present) {
        return DR_OK;
    }
    status = der_uint64(fields, id);
    return status == DR_OK ? der_finish(fields) : status;
}

/* { version INTEGER, id INTEGER OPTIONAL }: PACEInfo and ChipAuthenticationInfo. */
enum dr_status security_info_read_version(const struct security_info *info, uint64_t *version, bool *has_id,
                                          uint64_t *id)
{
    struct der_reader fields = der_reader_of(info->data);
    enum dr_status status = der_uint64(&fields, version);

    return status == DR_OK ? security_info_optional_id(&fields, has_id, id) : status;
}
