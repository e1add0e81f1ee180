#include "trust_import/certificate_text.h"

#include "trust/field.h"

#include <stdio.h>

#define TELETEX_STRING 0x14U
#define BMP_STRING 0x1EU

static const struct {
    uint8_t octets[10];
    uint8_t len;
    const char *name;
} attribute_types[] = {
    {{0x55, 0x04, 0x03}, 3, "CN"},
    {{0x55, 0x04, 0x04}, 3, "SN"},
    {{0x55, 0x04, 0x05}, 3, "serialNumber"},
    {{0x55, 0x04, 0x06}, 3, "C"},
    {{0x55, 0x04, 0x07}, 3, "L"},
    {{0x55, 0x04, 0x08}, 3, "ST"},
    {{0x55, 0x04, 0x09}, 3, "street"},
    {{0x55, 0x04, 0x0A}, 3, "O"},
    {{0x55, 0x04, 0x0B}, 3, "OU"},
    {{0x55, 0x04, 0x0C}, 3, "title"},
    {{0x55, 0x04, 0x0D}, 3, "description"},
    {{0x55, 0x04, 0x2A}, 3, "GN"},
    {{0x55, 0x04, 0x61}, 3, "organizationIdentifier"},
    {{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x01}, 9, "emailAddress"},
    {{0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x19}, 10, "DC"},
};

/* Text that grows up to its room, whole characters only. */
struct text {
    char *at;
    size_t len, cap;
};

static void put(struct text *text, const char *octets, size_t len)
{
    if (text->cap - text->len > len) {
        memcpy(text->at + text->len, octets, len);
        text->len += len;
        text->at[text->len] = '\0';
    } else {
        text->cap = text->len + 1U; /* full: nothing may follow that would hide the cut */
    }
}

static void put_code_point(struct text *text, uint32_t c)
{
    char utf8[3];
    size_t len = 1;

    if (c < 0x20U || (c >= 0x7FU && c < 0xA0U) || (c >= 0xD800U && c < 0xE000U)) {
        c = '?';
    }
    if (c < 0x80U) {
        utf8[0] = (char)c;
    } else if (c < 0x800U) {
        utf8[0] = (char)(0xC0U | c >> 6);
        utf8[1] = (char)(0x80U | (c & 0x3FU));
        len = 2;
    } else {
        utf8[0] = (char)(0xE0U | c >> 12);
        utf8[1] = (char)(0x80U | (c >> 6 & 0x3FU));
        utf8[2] = (char)(0x80U | (c & 0x3FU));
        len = 3;
    }
    put(text, utf8, len);
}

static void put_value(struct text *text, const struct der_item *value)
{
    struct bytes octets = value->value;

    if (value->tag == BMP_STRING) {
        for (size_t i = 0; i + 1 < octets.len; i += 2) {
            put_code_point(text, get_be16(octets.data + i));
        }
        return;
    }
    if (value->tag != TELETEX_STRING && field_text_valid(octets)) {
        for (size_t i = 0; i < octets.len;) {
            size_t end = i + 1;
            while (end < octets.len && (octets.data[end] & 0xC0U) == 0x80U) {
                end++;
            }
            put(text, (const char *)octets.data + i, end - i);
            i = end;
        }
        return;
    }
    for (size_t i = 0; i < octets.len; i++) {
        put_code_point(text, octets.data[i]); /* Latin-1, which is what TeletexString holds in practice */
    }
}

static void put_type(struct text *text, struct bytes oid)
{
    char number[24];
    uint64_t arc = 0;
    bool first = true;

    for (size_t i = 0; i < sizeof attribute_types / sizeof attribute_types[0]; i++) {
        if (bytes_equal(oid, bytes_of(attribute_types[i].octets, attribute_types[i].len))) {
            put(text, attribute_types[i].name, strlen(attribute_types[i].name));
            return;
        }
    }
    for (size_t i = 0; i < oid.len; i++) {
        arc = arc << 7 | (oid.data[i] & 0x7FU);
        if ((oid.data[i] & 0x80U) == 0) {
            uint64_t root = arc < 80 ? arc / 40 : 2;
            int len = first ? snprintf(number, sizeof number, "%u.%llu", (unsigned)root,
                                       (unsigned long long)(arc - 40 * root))
                            : snprintf(number, sizeof number, ".%llu", (unsigned long long)arc);
            put(text, number, len > 0 ? (size_t)len : 0);
            first = false;
            arc = 0;
        }
    }
}

void name_text(struct bytes name, char *out, size_t cap)
{
    struct text text = {.at = out, .cap = cap};
    struct der_reader reader = der_reader_of(name), sets, attributes, fields;
    struct der_item type, value;

    out[0] = '\0';
    if (der_enter(&reader, DER_SEQUENCE, &sets) != DR_OK) {
        return;
    }
    while (!der_at_end(&sets) && der_enter(&sets, DER_SET, &attributes) == DR_OK) {
        while (!der_at_end(&attributes) && der_enter(&attributes, DER_SEQUENCE, &fields) == DR_OK &&
               der_expect(&fields, DER_OID, &type) == DR_OK && der_next(&fields, &value) == DR_OK) {
            put(&text, "/", 1);
            put_type(&text, type.value);
            put(&text, "=", 1);
            put_value(&text, &value);
        }
    }
}

static unsigned modulus_bits(struct bytes modulus)
{
    unsigned bits = (unsigned)modulus.len * 8U;

    for (unsigned top = modulus.data[0]; bits > 0 && top < 0x80U; top = top << 1 | 1U) {
        bits--;
    }
    return bits;
}

/* Are the curve's parameters spelt out in the SubjectPublicKeyInfo? */
static bool has_explicit_parameters(struct bytes spki)
{
    struct der_reader reader = der_reader_of(spki), fields, identifier;
    struct der_item oid;

    return der_enter(&reader, DER_SEQUENCE, &fields) == DR_OK &&
           der_enter(&fields, DER_SEQUENCE, &identifier) == DR_OK && der_expect(&identifier, DER_OID, &oid) == DR_OK &&
           der_peek(&identifier) == DER_SEQUENCE;
}

void key_text(const struct certificate *certificate, char text[KEY_TEXT_MAX])
{
    static const char *const curves[] = {
        [CURVE_P192] = "prime192v1",       [CURVE_P224] = "secp224r1",        [CURVE_P256] = "prime256v1",
        [CURVE_P384] = "secp384r1",        [CURVE_P521] = "secp521r1",        [CURVE_BP192] = "brainpoolP192r1",
        [CURVE_BP224] = "brainpoolP224r1", [CURVE_BP256] = "brainpoolP256r1", [CURVE_BP320] = "brainpoolP320r1",
        [CURVE_BP384] = "brainpoolP384r1", [CURVE_BP512] = "brainpoolP512r1",
    };
    const struct public_key *key = &certificate->key;

    text[0] = '\0';
    if (key->type == KEY_RSA && key->rsa_modulus.len > 0) {
        (void)snprintf(text, KEY_TEXT_MAX, "RSA-%u", modulus_bits(key->rsa_modulus));
    } else if (key->type == KEY_EC) {
        (void)snprintf(text, KEY_TEXT_MAX, "EC-%s-%s",
                       has_explicit_parameters(certificate->spki) ? "explicit" : "named", curves[key->curve]);
    }
}

const char *signature_text(const struct signature_algorithm *algorithm)
{
    static const char *const texts[][6] = {
        [SIGNATURE_NONE] = {"", "", "", "", "", ""},
        [SIGNATURE_RSA_PKCS1] = {"rsaEncryption", "sha1WithRSAEncryption", "sha224WithRSAEncryption",
                                 "sha256WithRSAEncryption", "sha384WithRSAEncryption", "sha512WithRSAEncryption"},
        [SIGNATURE_RSA_PSS] = {"rsassaPss", "rsassaPss", "rsassaPss", "rsassaPss", "rsassaPss", "rsassaPss"},
        [SIGNATURE_ECDSA] = {"id-ecPublicKey", "ecdsa-with-SHA1", "ecdsa-with-SHA224", "ecdsa-with-SHA256",
                             "ecdsa-with-SHA384", "ecdsa-with-SHA512"},
        [SIGNATURE_ECDSA_PLAIN] = {"", "ecdsa-plain-SHA1", "ecdsa-plain-SHA224", "ecdsa-plain-SHA256",
                                   "ecdsa-plain-SHA384", "ecdsa-plain-SHA512"},
    };

    return texts[algorithm->scheme][algorithm->hash];
}
