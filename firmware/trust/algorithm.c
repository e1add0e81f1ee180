#include "trust/algorithm.h"

#define OID_MAX 10U

struct known_oid {
    uint8_t len;
    uint8_t octets[OID_MAX];
    uint8_t first, second; /* what it stands for; depends on the table */
};

/* first: enum hash_algorithm. RFC 3279 2.1, RFC 5754 2. */
static const struct known_oid digests[] = {
    {5, {0x2B, 0x0E, 0x03, 0x02, 0x1A}, HASH_SHA1, 0},
    {9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04}, HASH_SHA224, 0},
    {9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}, HASH_SHA256, 0},
    {9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02}, HASH_SHA384, 0},
    {9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03}, HASH_SHA512, 0},
};

/* first: enum signature_scheme, second: enum hash_algorithm. RFC 4055 5, RFC 5758 3.2, TR-03111 5.2.1; the first and the
 * eighth are CMS's key identifiers in place of a signature identifier (RFC 3370 3.2, RFC 3279 2.3.5). */
static const struct known_oid signatures[] = {
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01}, SIGNATURE_RSA_PKCS1, HASH_NONE},
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05}, SIGNATURE_RSA_PKCS1, HASH_SHA1},
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0E}, SIGNATURE_RSA_PKCS1, HASH_SHA224},
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B}, SIGNATURE_RSA_PKCS1, HASH_SHA256},
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0C}, SIGNATURE_RSA_PKCS1, HASH_SHA384},
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0D}, SIGNATURE_RSA_PKCS1, HASH_SHA512},
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A}, SIGNATURE_RSA_PSS, HASH_NONE},
    {7, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01}, SIGNATURE_ECDSA, HASH_NONE},
    {7, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01}, SIGNATURE_ECDSA, HASH_SHA1},
    {8, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x01}, SIGNATURE_ECDSA, HASH_SHA224},
    {8, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02}, SIGNATURE_ECDSA, HASH_SHA256},
    {8, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03}, SIGNATURE_ECDSA, HASH_SHA384},
    {8, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x04}, SIGNATURE_ECDSA, HASH_SHA512},
    {10, {0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x01}, SIGNATURE_ECDSA_PLAIN, HASH_SHA1},
    {10, {0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x02}, SIGNATURE_ECDSA_PLAIN, HASH_SHA224},
    {10, {0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x03}, SIGNATURE_ECDSA_PLAIN, HASH_SHA256},
    {10, {0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x04}, SIGNATURE_ECDSA_PLAIN, HASH_SHA384},
    {10, {0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x05}, SIGNATURE_ECDSA_PLAIN, HASH_SHA512},
};

/* first: enum key_type, second: RSA for PSS only. RFC 3279 2.3, RFC 4055 1.2, RFC 5480 2.1. */
static const struct known_oid key_types[] = {
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01}, KEY_RSA, false},
    {9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A}, KEY_RSA, true},
    {7, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01}, KEY_EC, false},
};

/* first: enum curve_id. RFC 5480 2.1.1.1, RFC 5639 4.1. */
static const struct known_oid curves[] = {
    {8, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x01}, CURVE_P192, 0},
    {5, {0x2B, 0x81, 0x04, 0x00, 0x21}, CURVE_P224, 0},
    {8, {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07}, CURVE_P256, 0},
    {5, {0x2B, 0x81, 0x04, 0x00, 0x22}, CURVE_P384, 0},
    {5, {0x2B, 0x81, 0x04, 0x00, 0x23}, CURVE_P521, 0},
    {9, {0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x03}, CURVE_BP192, 0},
    {9, {0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x05}, CURVE_BP224, 0},
    {9, {0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07}, CURVE_BP256, 0},
    {9, {0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x09}, CURVE_BP320, 0},
    {9, {0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0B}, CURVE_BP384, 0},
    {9, {0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0D}, CURVE_BP512, 0},
};

static const uint8_t oid_mgf1[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08};
static const uint8_t oid_prime_field[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01, 0x01};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define FIND(table, oid) find_oid((table), COUNT(table), (oid))

static const struct known_oid *find_oid(const struct known_oid *table, size_t count, struct bytes oid)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal(bytes_of(table[i].octets, table[i].len), oid)) {
            return &table[i];
        }
    }
    return NULL;
}

/* Opens an AlgorithmIdentifier; *parameters is left at what follows the OID. */
static enum dr_status enter_identifier(struct der_reader *reader, struct bytes *oid, struct der_reader *parameters)
{
    struct der_item item;
    enum dr_status status = der_enter(reader, DER_SEQUENCE, parameters);

    if (status == DR_OK) {
        status = der_expect(parameters, DER_OID, &item);
    }
    if (status == DR_OK) {
        *oid = item.value;
    }
    return status;
}

/* Parameters that say nothing: absent or NULL. */
static enum dr_status expect_no_parameters(struct der_reader *parameters)
{
    struct der_item item;
    bool present;
    enum dr_status status = der_optional(parameters, DER_NULL, &item, &present);

    if (status == DR_OK && present && item.value.len != 0) {
        status = DR_ERR_MALFORMED;
    }
    return status == DR_OK ? der_finish(parameters) : status;
}

enum dr_status algorithm_read_digest(struct der_reader *reader, enum hash_algorithm *hash)
{
    const struct known_oid *known;
    struct der_reader parameters;
    struct bytes oid;
    enum dr_status status;

    *hash = HASH_NONE;
    status = enter_identifier(reader, &oid, &parameters);
    if (status != DR_OK) {
        return status;
    }
    known = FIND(digests, oid);
    if (known == NULL) {
        return DR_ERR_UNSUPPORTED;
    }
    status = expect_no_parameters(&parameters);
    if (status == DR_OK) {
        *hash = (enum hash_algorithm)known->first;
    }
    return status;
}

/* [n] EXPLICIT around something; *present tells. */
static enum dr_status enter_optional(struct der_reader *reader, uint8_t tag, struct der_reader *inner, bool *present)
{
    *present = der_peek(reader) == tag;
    return *present ? der_enter(reader, tag, inner) : DR_OK;
}

static enum dr_status read_mask_generation(struct der_reader *reader, enum hash_algorithm *hash)
{
    struct der_reader parameters;
    struct bytes oid;
    enum dr_status status = enter_identifier(reader, &oid, &parameters);

    if (status != DR_OK) {
        return status;
    }
    if (!bytes_equal(oid, bytes_of(oid_mgf1, sizeof oid_mgf1))) {
        return DR_ERR_UNSUPPORTED;
    }
    status = algorithm_read_digest(&parameters, hash);
    return status == DR_OK ? der_finish(&parameters) : status;
}

/* RSASSA-PSS-params with the defaults of RFC 4055 3.1. */
static enum dr_status read_pss(struct der_reader *reader, struct signature_algorithm *algorithm)
{
    struct der_reader fields;
    struct der_reader field;
    uint64_t number;
    bool present;
    enum dr_status status;

    algorithm->hash = HASH_SHA1;
    algorithm->mgf1_hash = HASH_SHA1;
    algorithm->salt_len = 20;
    status = der_enter(reader, DER_SEQUENCE, &fields);
    if (status != DR_OK) {
        return status;
    }
    status = enter_optional(&fields, DER_CONTEXT(0U), &field, &present);
    if (status == DR_OK && present) {
        status = algorithm_read_digest(&field, &algorithm->hash);
        status = status == DR_OK ? der_finish(&field) : status;
    }
    if (status != DR_OK) {
        return status;
    }
    status = enter_optional(&fields, DER_CONTEXT(1U), &field, &present);
    if (status == DR_OK && present) {
        status = read_mask_generation(&field, &algorithm->mgf1_hash);
        status = status == DR_OK ? der_finish(&field) : status;
    }
    if (status != DR_OK) {
        return status;
    }
    status = enter_optional(&fields, DER_CONTEXT(2U), &field, &present);
    if (status == DR_OK && present) {
        status = der_uint64(&field, &number);
        if (status == DR_OK && number > RSA_MAX_BITS / 8U) {
            status = DR_ERR_UNSUPPORTED; /* longer than any modulus */
        }
        if (status == DR_OK) {
            algorithm->salt_len = (uint32_t)number;
            status = der_finish(&field);
        }
    }
    if (status != DR_OK) {
        return status;
    }
    status = enter_optional(&fields, DER_CONTEXT(3U), &field, &present);
    if (status == DR_OK && present) {
        status = der_uint64(&field, &number);
        if (status == DR_OK && number != 1U) {
            status = DR_ERR_UNSUPPORTED; /* trailerFieldBC is the only one there is */
        }
        status = status == DR_OK ? der_finish(&field) : status;
    }
    return status == DR_OK ? der_finish(&fields) : status;
}

enum dr_status algorithm_read_signature(struct der_reader *reader, struct signature_algorithm *algorithm)
{
    struct signature_algorithm found = {SIGNATURE_NONE, HASH_NONE, HASH_NONE, 0};
    const struct known_oid *known;
    struct der_reader parameters;
    struct bytes oid;
    enum dr_status status;

    *algorithm = found;
    status = enter_identifier(reader, &oid, &parameters);
    if (status != DR_OK) {
        return status;
    }
    known = FIND(signatures, oid);
    if (known == NULL) {
        return DR_ERR_UNSUPPORTED;
    }
    found.scheme = (enum signature_scheme)known->first;
    found.hash = (enum hash_algorithm)known->second;
    if (found.scheme == SIGNATURE_RSA_PSS) {
        status = read_pss(&parameters, &found);
        status = status == DR_OK ? der_finish(&parameters) : status;
    } else {
        status = expect_no_parameters(&parameters);
    }
    if (status == DR_OK) {
        *algorithm = found;
    }
    return status;
}

static enum dr_status read_octets(struct der_reader *reader, struct bytes *octets)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_OCTET_STRING, &item);

    if (status == DR_OK) {
        *octets = item.value;
    }
    return status;
}

/* ECParameters (X9.62; RFC 3279 2.3.5). ICAO 9303-12 4.1.6 asks for them with cofactor; the seed proves nothing to us. */
static enum dr_status read_explicit_curve(struct der_reader *reader, enum curve_id *curve)
{
    struct explicit_curve found;
    struct der_reader fields;
    struct der_reader inner;
    struct der_item item;
    struct bytes ignored;
    uint64_t number;
    bool present;
    enum dr_status status;

    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = der_uint64(&fields, &number)) != DR_OK) {
        return status;
    }
    if (number < 1U || number > 3U) {
        return DR_ERR_UNSUPPORTED;
    }
    if ((status = der_enter(&fields, DER_SEQUENCE, &inner)) != DR_OK ||
        (status = der_expect(&inner, DER_OID, &item)) != DR_OK) {
        return status;
    }
    if (!bytes_equal(item.value, bytes_of(oid_prime_field, sizeof oid_prime_field))) {
        return DR_ERR_UNSUPPORTED;
    }
    if ((status = der_unsigned(&inner, &found.prime)) != DR_OK || (status = der_finish(&inner)) != DR_OK) {
        return status;
    }
    if ((status = der_enter(&fields, DER_SEQUENCE, &inner)) != DR_OK ||
        (status = read_octets(&inner, &found.a)) != DR_OK || (status = read_octets(&inner, &found.b)) != DR_OK ||
        (status = der_optional(&inner, DER_BIT_STRING, &item, &present)) != DR_OK ||
        (status = der_finish(&inner)) != DR_OK) {
        return status;
    }
    if ((status = read_octets(&fields, &found.generator)) != DR_OK ||
        (status = der_unsigned(&fields, &found.order)) != DR_OK) {
        return status;
    }
    if (!der_at_end(&fields)) {
        /* The cofactor of every curve of ours is 1. */
        if ((status = der_unsigned(&fields, &ignored)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
            return status;
        }
        if (ignored.len != 1 || ignored.data[0] != 1) {
            return DR_ERR_UNSUPPORTED;
        }
    }
    *curve = curve_match(&found);
    return *curve == CURVE_NONE ? DR_ERR_UNSUPPORTED : DR_OK;
}

static enum dr_status read_curve(struct der_reader *parameters, enum curve_id *curve)
{
    const struct known_oid *known;
    struct der_item item;
    enum dr_status status;

    if (der_peek(parameters) == DER_SEQUENCE) {
        status = read_explicit_curve(parameters, curve);
        return status == DR_OK ? der_finish(parameters) : status;
    }
    status = der_next(parameters, &item);
    if (status != DR_OK) {
        return status;
    }
    if (item.tag != DER_OID) {
        return DR_ERR_UNSUPPORTED; /* implicitCurve (NULL) */
    }
    known = FIND(curves, item.value);
    if (known == NULL) {
        return DR_ERR_UNSUPPORTED;
    }
    *curve = (enum curve_id)known->first;
    return der_finish(parameters);
}

static enum dr_status read_ec_key(struct der_reader *parameters, struct bytes point, struct public_key *key)
{
    enum dr_status status = read_curve(parameters, &key->curve);

    if (status != DR_OK) {
        return status;
    }
    if (point.len == 0) {
        return DR_ERR_MALFORMED;
    }
    if (point.data[0] == 0x02U || point.data[0] == 0x03U) {
        return DR_ERR_UNSUPPORTED; /* compressed: 9303-12 4.1.6 has uncompressed points only */
    }
    if (point.data[0] != 0x04U || point.len != 1U + 2U * curve_field_size(key->curve)) {
        return DR_ERR_MALFORMED;
    }
    key->ec_point = point;
    return DR_OK;
}

static enum dr_status read_rsa_key(struct der_reader *parameters, struct bytes octets, struct public_key *key)
{
    struct signature_algorithm restriction;
    struct der_reader content = der_reader_of(octets);
    struct der_reader fields;
    enum dr_status status;

    /* Parameters of an id-RSASSA-PSS key only narrow what its owner signs with (RFC 4055 3.3). */
    if (key->rsa_pss_only && der_peek(parameters) == DER_SEQUENCE) {
        status = read_pss(parameters, &restriction);
        status = status == DR_OK ? der_finish(parameters) : status;
    } else {
        status = expect_no_parameters(parameters);
    }
    if (status != DR_OK) {
        return status;
    }
    if ((status = der_enter(&content, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&content)) != DR_OK ||
        (status = der_unsigned(&fields, &key->rsa_modulus)) != DR_OK ||
        (status = der_unsigned(&fields, &key->rsa_exponent)) != DR_OK) {
        return status;
    }
    return der_finish(&fields);
}

enum dr_status algorithm_read_public_key(struct der_reader *reader, struct public_key *key)
{
    struct public_key found = {0};
    const struct known_oid *known;
    struct der_reader fields;
    struct der_reader parameters;
    struct bytes oid;
    struct bytes octets;
    enum dr_status status;

    *key = found;
    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = enter_identifier(&fields, &oid, &parameters)) != DR_OK ||
        (status = der_bit_string(&fields, &octets)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    known = FIND(key_types, oid);
    if (known == NULL) {
        return DR_ERR_UNSUPPORTED;
    }
    found.type = (enum key_type)known->first;
    found.rsa_pss_only = known->second != 0;
    status =
        found.type == KEY_RSA ? read_rsa_key(&parameters, octets, &found) : read_ec_key(&parameters, octets, &found);
    if (status == DR_OK) {
        *key = found;
    }
    return status;
}

static const struct known_oid *find_meaning(const struct known_oid *table, size_t count, uint8_t first, uint8_t second)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].first == first && table[i].second == second) {
            return &table[i];
        }
    }
    return NULL;
}

static void write_bit_string_head(struct der_writer *writer)
{
    static const uint8_t no_unused_bits = 0;

    der_write_raw(writer, bytes_of(&no_unused_bits, 1));
}

enum dr_status algorithm_write_public_key(const struct public_key *key, struct der_writer *writer)
{
    const struct known_oid *type = find_meaning(key_types, COUNT(key_types), (uint8_t)key->type, key->rsa_pss_only);
    const struct known_oid *curve = NULL;
    size_t spki;
    size_t inner;
    size_t numbers;

    if (key->type == KEY_EC) {
        curve = find_meaning(curves, COUNT(curves), (uint8_t)key->curve, 0);
    }
    if (type == NULL || (key->type == KEY_EC && curve == NULL)) {
        return DR_ERR_ARGUMENT;
    }
    spki = der_write_open(writer, DER_SEQUENCE);
    inner = der_write_open(writer, DER_SEQUENCE);
    der_write_item(writer, DER_OID, bytes_of(type->octets, type->len));
    if (curve != NULL) {
        der_write_item(writer, DER_OID, bytes_of(curve->octets, curve->len));
    } else if (!key->rsa_pss_only) {
        der_write_item(writer, DER_NULL, bytes_of(NULL, 0));
    }
    der_write_close(writer, inner);
    inner = der_write_open(writer, DER_BIT_STRING);
    write_bit_string_head(writer);
    if (key->type == KEY_EC) {
        der_write_raw(writer, key->ec_point);
    } else {
        numbers = der_write_open(writer, DER_SEQUENCE);
        der_write_unsigned(writer, key->rsa_modulus);
        der_write_unsigned(writer, key->rsa_exponent);
        der_write_close(writer, numbers);
    }
    der_write_close(writer, inner);
    der_write_close(writer, spki);
    return DR_OK;
}
