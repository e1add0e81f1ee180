/* ChipAuthenticationInfo and ChipAuthenticationPublicKeyInfo (ICAO 9303-11 9.2.5 to 9.2.7, 9.5), ActiveAuthenticationInfo. */
#include "emrtd/security_infos_parts.h"

#include "trust/algorithm.h"

#define CHIP_AUTH_VERSION 1U
#define ACTIVE_AUTH_VERSION 1U
#define ARC_DH 1U
#define ARC_ECDH 2U

/* standardizedDomainParameters 0.4.0.127.0.7.1.2 (9.5.1). */
static const uint8_t standardized[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x02};
/* dhpublicnumber 1.2.840.10046.2.1 (X9.42, RFC 3279 2.3.3). */
static const uint8_t dh_public_number[] = {0x2A, 0x86, 0x48, 0xCE, 0x3E, 0x02, 0x01};
/* dhKeyAgreement 1.2.840.113549.1.3.1 (PKCS #3 9). */
static const uint8_t dh_key_agreement[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x03, 0x01};

/* id-CA-DH-3DES-CBC-CBC and id-CA-ECDH-3DES-CBC-CBC (9.2.7). */
static const uint8_t ca_dh_3des[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x01, 0x01};
static const uint8_t ca_ecdh_3des[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02, 0x01};

#define IS(oid, octets) bytes_equal((oid), bytes_of((octets), sizeof(octets)))

/* DomainParameters { p, g, q, ... } of X9.42, or DHParameter { p, g, privateValueLength OPTIONAL } of PKCS #3. */
static enum dr_status read_dh_parameters(struct der_reader *parameters, bool x942, struct dh_group *group)
{
    struct der_reader fields;
    enum dr_status status = der_enter(parameters, DER_SEQUENCE, &fields);

    memset(group, 0, sizeof *group);
    if (status == DR_OK) {
        status = der_unsigned(&fields, &group->p);
    }
    if (status == DR_OK) {
        status = der_unsigned(&fields, &group->g);
    }
    if (status == DR_OK && x942) {
        status = der_unsigned(&fields, &group->q);
    }
    return status;
}

/* subjectPublicKey: a point as it is, a DH value as INTEGER in it (RFC 3279 2.3.3). */
static enum dr_status read_key_octets(struct bytes octets, bool is_ec, struct bytes *key)
{
    struct der_reader reader = der_reader_of(octets);
    enum dr_status status;

    if (is_ec) {
        *key = octets;
        return DR_OK;
    }
    status = der_unsigned(&reader, key);
    return status == DR_OK ? der_finish(&reader) : status;
}

/* SubjectPublicKeyInfo with standardized or explicit DH parameters. */
static enum dr_status read_other_key(struct bytes spki, struct chip_auth_info *key)
{
    struct der_reader reader = der_reader_of(spki);
    struct der_reader fields, algorithm;
    struct der_item oid;
    struct bytes octets;
    uint64_t id;
    enum dr_status status = der_enter(&reader, DER_SEQUENCE, &fields);

    if (status == DR_OK) {
        status = der_enter(&fields, DER_SEQUENCE, &algorithm);
    }
    if (status == DR_OK) {
        status = der_expect(&algorithm, DER_OID, &oid);
    }
    if (status == DR_OK) {
        status = der_bit_string(&fields, &octets);
    }
    if (status != DR_OK) {
        return status;
    }
    if (IS(oid.value, standardized)) {
        status = der_uint64(&algorithm, &id);
        if (status == DR_OK) {
            status = id <= UINT8_MAX ? agreement_standard_domain((unsigned)id, &key->domain) : DR_ERR_UNSUPPORTED;
        }
    } else if (IS(oid.value, dh_public_number) || IS(oid.value, dh_key_agreement)) {
        key->domain.curve = CURVE_NONE;
        status = read_dh_parameters(&algorithm, IS(oid.value, dh_public_number), &key->domain.group);
    } else {
        status = DR_ERR_UNSUPPORTED;
    }
    if (status == DR_OK && (key->domain.curve != CURVE_NONE) != key->is_ec) {
        status = DR_ERR_MALFORMED;
    }
    return status == DR_OK ? read_key_octets(octets, key->is_ec, &key->public_key) : status;
}

/* { SubjectPublicKeyInfo, keyId INTEGER OPTIONAL }. Curves are ours or nobody's: explicit ones are matched (9.5.2). */
static enum dr_status read_key(const struct security_info *info, struct chip_auth_info *key)
{
    struct der_reader fields = der_reader_of(info->data);
    struct der_reader again = fields;
    struct public_key ec;
    struct der_item spki;
    unsigned arc = info->protocol.data[info->protocol.len - 1];
    enum dr_status status = der_expect(&fields, DER_SEQUENCE, &spki);

    memset(key, 0, sizeof *key);
    if (status == DR_OK) {
        status = security_info_optional_id(&fields, &key->has_key_id, &key->key_id);
    }
    if (status != DR_OK) {
        return status;
    }
    key->is_ec = arc == ARC_ECDH;
    if (arc != ARC_ECDH && arc != ARC_DH) {
        return DR_ERR_UNSUPPORTED;
    }
    if (key->is_ec && algorithm_read_public_key(&again, &ec) == DR_OK && ec.type == KEY_EC) {
        key->domain.curve = ec.curve;
        key->public_key = ec.ec_point;
        return DR_OK;
    }
    return read_other_key(spki.whole, key);
}

/* Fills protocol, cipher and keyId of a key that `info` is for; false when it is for another. */
static bool fits(const struct security_info *info, bool any_key_id, struct chip_auth_info *key)
{
    uint64_t version, id;
    bool has_id;

    if (info->kind != SECURITY_INFO_CHIP_AUTH ||
        (info->protocol.data[info->protocol.len - 2] == ARC_ECDH) != key->is_ec ||
        !security_info_cipher(info->protocol, &key->cipher) ||
        security_info_read_version(info, &version, &has_id, &id) != DR_OK || version != CHIP_AUTH_VERSION) {
        return false;
    }
    if (!any_key_id && (has_id != key->has_key_id || id != key->key_id)) {
        return false;
    }
    key->has_key_id = has_id;
    key->key_id = id;
    key->protocol = info->protocol;
    return true;
}

static unsigned rank(const struct chip_auth_info *way)
{
    return (way->cipher != CIPHER_3DES_2KEY ? 16U : 0U) + (way->is_ec ? 8U : 0U) + (unsigned)way->cipher;
}

/* The key for one ChipAuthenticationInfo, or for none. */
static bool find_key(struct bytes infos, const struct security_info *info, bool any_key_id, struct chip_auth_info *way)
{
    struct security_info entry;

    while (security_infos_next(&infos, &entry) == DR_OK) {
        if (entry.kind == SECURITY_INFO_CHIP_AUTH_KEY && read_key(&entry, way) == DR_OK &&
            fits(info, any_key_id, way)) {
            return true;
        }
    }
    return false;
}

/* Only a key in the file: some French documents, which mean 3DES by MSE:Set KAT. */
static bool infer_way(const struct security_info *entry, struct chip_auth_info *way)
{
    if (entry->kind != SECURITY_INFO_CHIP_AUTH_KEY || read_key(entry, way) != DR_OK) {
        return false;
    }
    way->cipher = CIPHER_3DES_2KEY;
    way->protocol = way->is_ec ? bytes_of(ca_ecdh_3des, sizeof ca_ecdh_3des) : bytes_of(ca_dh_3des, sizeof ca_dh_3des);
    return true;
}

/* Does any entry name a key by its keyId, as the standard has it? */
static bool key_ids_agree(struct bytes infos)
{
    struct bytes rest = infos;
    struct security_info entry;
    struct chip_auth_info way;

    while (security_infos_next(&rest, &entry) == DR_OK) {
        if (entry.kind == SECURITY_INFO_CHIP_AUTH && find_key(infos, &entry, false, &way)) {
            return true;
        }
    }
    return false;
}

enum dr_status chip_auth_info_choose(struct bytes infos, security_info_set tried, struct chip_auth_info *best,
                                     unsigned *place)
{
    bool have_infos = security_infos_have(infos, SECURITY_INFO_CHIP_AUTH);
    bool any_key_id = have_infos && !key_ids_agree(infos);
    struct bytes rest = infos;
    struct security_info entry;
    struct chip_auth_info way;
    unsigned at, best_rank = 0;

    for (at = 0; at < SECURITY_INFOS_MAX && security_infos_next(&rest, &entry) == DR_OK; at++) {
        if (((tried >> at) & 1U) != 0) {
            continue;
        }
        if ((have_infos ? entry.kind == SECURITY_INFO_CHIP_AUTH && find_key(infos, &entry, any_key_id, &way)
                        : infer_way(&entry, &way)) &&
            rank(&way) > best_rank) {
            best_rank = rank(&way);
            *best = way;
            *place = at;
        }
    }
    return best_rank > 0 ? DR_OK : DR_ERR_NOT_FOUND;
}

enum dr_status chip_auth_key_find(struct bytes infos, uint64_t key_id, enum curve_id *curve, struct bytes *point)
{
    struct security_info entry;
    struct chip_auth_info key;

    while (security_infos_next(&infos, &entry) == DR_OK) {
        if (entry.kind == SECURITY_INFO_CHIP_AUTH_KEY && read_key(&entry, &key) == DR_OK && key.is_ec &&
            key.has_key_id && key.key_id == key_id) {
            *curve = key.domain.curve;
            *point = key.public_key;
            return DR_OK;
        }
    }
    return DR_ERR_NOT_FOUND;
}

enum dr_status active_auth_info_find(struct bytes infos, enum hash_algorithm *hash)
{
    /* ecdsa-plain-SHA224 to -SHA512: 0.4.0.127.0.7.1.1.4.1.2 to .5; SHA-1 is excluded (6.1.2.3). */
    static const uint8_t ecdsa_plain[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01};
    static const uint8_t hashes[] = {HASH_SHA224, HASH_SHA256, HASH_SHA384, HASH_SHA512};
    struct security_info entry;

    while (security_infos_next(&infos, &entry) == DR_OK) {
        struct der_reader fields = der_reader_of(entry.data);
        struct der_item oid;
        uint64_t version;
        unsigned arc;

        if (entry.kind != SECURITY_INFO_ACTIVE_AUTH) {
            continue;
        }
        if (der_uint64(&fields, &version) != DR_OK || version != ACTIVE_AUTH_VERSION ||
            der_expect(&fields, DER_OID, &oid) != DR_OK || der_finish(&fields) != DR_OK ||
            oid.value.len != sizeof ecdsa_plain + 1 || memcmp(oid.value.data, ecdsa_plain, sizeof ecdsa_plain) != 0) {
            return DR_ERR_UNSUPPORTED;
        }
        arc = oid.value.data[sizeof ecdsa_plain];
        if (arc < 2 || arc - 2 >= sizeof hashes) {
            return DR_ERR_UNSUPPORTED;
        }
        *hash = (enum hash_algorithm)hashes[arc - 2];
        return DR_OK;
    }
    return DR_ERR_NOT_FOUND;
}
