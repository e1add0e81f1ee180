#include "issuer/security_infos.h"

#include "util/der.h"

#include <openssl/core_names.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#define BSI "0.4.0.127.0.7."
#define OID_ACTIVE_AUTHENTICATION "2.23.136.1.1.5"
#define OID_ECDSA_PLAIN BSI "1.1.4.1." /* and the hash: 1 SHA-1, 3 SHA-256, 4 SHA-384 */

static void pace_info(struct der_set *set, const char *oid, unsigned version, int parameter_id)
{
    struct buffer content = {0};
    der_oid(&content, oid);
    der_integer(&content, version);
    if (parameter_id >= 0) {
        der_integer(&content, (unsigned)parameter_id);
    }
    der_wrap(der_set_add(set), 0x30, &content);
}

static void pace_offer_info(struct der_set *set, const struct pace_offer *offer, enum info_oddity oddity)
{
    char oid[64];
    snprintf(oid, sizeof(oid), BSI "2.2.4.%d.%d", (int)offer->mapping, (int)offer->suite);
    if (oddity == INFO_UNKNOWN_PROTOCOL) {
        snprintf(oid, sizeof(oid), BSI "2.2.4.9.%d", (int)offer->suite);
    }
    pace_info(set, oid, oddity == INFO_VERSION ? 1 : 2,
              oddity == INFO_NO_PARAMETER_ID      ? -1
              : oddity == INFO_UNKNOWN_PARAMETERS ? 31
                                                  : (int)offer->parameter_id);
}

/* A key's SubjectPublicKeyInfo. */
static void append_public_key(EVP_PKEY *key, struct buffer *out)
{
    uint8_t *der = NULL;
    int len = i2d_PUBKEY(key, &der);
    if (len <= 0) {
        die("OpenSSL: a public key cannot be written");
    }
    buffer_append(out, der, (size_t)len);
    OPENSSL_free(der);
}

/* PACEDomainParameterInfo with parameters of the chip's own: a reader that uses them can be made to leak the password
 * (9303-11 9.2.2). They are those of a key of the state's, under parameterId 41. */
static void explicit_parameters(struct der_set *set)
{
    struct buffer content = {0};
    struct buffer spki = {0};
    struct tlv outer, algorithm;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    if (key == NULL || EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit") != 1) {
        die("OpenSSL: no explicit parameters");
    }
    append_public_key(key, &spki);
    struct slice rest = buffer_view(&spki);
    if (!tlv_next(&rest, &outer) || !tlv_next(&outer.value, &algorithm)) {
        die("OpenSSL: a public key that is none");
    }
    der_oid(&content, BSI "2.2.4.2");
    buffer_append(&content, algorithm.whole.data, algorithm.whole.len);
    der_integer(&content, 41);
    der_wrap(der_set_add(set), 0x30, &content);
    pace_info(set, BSI "2.2.4.2.2", 2, 41);
    buffer_free(&spki);
    EVP_PKEY_free(key);
}

static void unknown_infos(struct der_set *set)
{
    struct buffer content = {0};
    der_oid(&content, "1.3.6.1.4.1.99999.1");
    der_integer(&content, 1);
    tlv_append(&content, 0x0C, (struct slice){(const uint8_t *)"of no standard", 14});
    der_wrap(der_set_add(set), 0x30, &content);
    pace_info(set, BSI "2.2.4.7.2", 2, 13);
}

static void pace_infos(struct der_set *set, const struct mechanisms *mechanisms, enum info_oddity oddity)
{
    if (oddity == INFO_MADE_UP) {
        pace_info(set, BSI "2.2.4.5.2", 2, 2); /* DH with chip authentication mapping: there is none */
    }
    for (unsigned i = 0; i < OFFERS_MAX && mechanisms->pace[i].mapping != 0; i++) {
        pace_offer_info(set, &mechanisms->pace[i], oddity);
    }
    if (oddity == INFO_EXPLICIT) {
        explicit_parameters(set);
    }
    if (oddity == INFO_EXTRA_UNKNOWN) {
        unknown_infos(set);
    }
}

void security_infos_card_access(const struct document *document, struct buffer *file)
{
    const struct mechanisms *mechanisms = &document->mechanisms;
    enum info_oddity oddity = mechanisms->oddity;
    struct der_set set = {0};
    if (mechanisms->pace[0].mapping == 0 || oddity == INFO_ACCESS_STRIPPED) {
        return;
    }
    if (oddity == INFO_NOT_TLV) {
        buffer_append(file, "EF.CardAccess\n", 14);
        return;
    }
    if (oddity == INFO_CARD_ACCESS_LONG) {
        buffer_append(file, "\x31\x84\x7F\xFF\xFF\xFF", 6);
    }
    pace_infos(&set, mechanisms, oddity);
    der_set_write(&set, oddity == INFO_SEQUENCE ? 0x30 : 0x31, oddity != INFO_MADE_UP, file);
}

static void ca_infos(struct der_set *set, const struct document *document, enum info_oddity oddity)
{
    for (unsigned i = 0; i < OFFERS_MAX; i++) {
        const struct document_ca_key *row = &document->ca_keys[i];
        char oid[64];
        int arc = row->offer.kind == CA_ECDH ? 2 : 1;
        struct buffer content = {0};
        if (row->offer.kind == CA_NO_KEY) {
            break;
        }
        snprintf(oid, sizeof(oid), BSI "2.2.1.%d", arc);
        der_oid(&content, oid);
        append_public_key(row->key, &content);
        if (oddity == INFO_CA_POINT_OFF_CURVE) {
            content.data[content.len - 1] ^= 0x01;
        }
        if (row->offer.key_id != 0) {
            der_integer(&content, row->offer.key_id + (oddity == INFO_CA_KEY_ID_DIFFERS ? 1U : 0U));
        }
        der_wrap(der_set_add(set), 0x30, &content);
        if (oddity == INFO_NO_CA_INFO) {
            continue;
        }
        snprintf(oid, sizeof(oid), BSI "2.2.3.%d.%d", arc, (int)row->offer.suite);
        pace_info(set, oid, oddity == INFO_CA_VERSION ? 10 : 1, row->offer.key_id != 0 ? row->offer.key_id : -1);
    }
}

/* Needed for ECDSA only: an RSA signature names its hash by the trailer (9303-11 9.2.4). */
static void active_auth_info(struct der_set *set, const struct mechanisms *mechanisms)
{
    const char *algorithm = NULL;
    struct buffer content = {0};
    switch (mechanisms->active_auth) {
    case AA_P256:
    case AA_BRAINPOOL256:
        algorithm = OID_ECDSA_PLAIN "3";
        break;
    case AA_P384:
        algorithm = OID_ECDSA_PLAIN "4";
        break;
    default:
        return;
    }
    if (mechanisms->oddity == INFO_NO_AA_INFO) {
        return;
    }
    der_oid(&content, OID_ACTIVE_AUTHENTICATION);
    der_integer(&content, 1);
    der_oid(&content, mechanisms->oddity == INFO_AA_SHA1 ? OID_ECDSA_PLAIN "1" : algorithm);
    der_wrap(der_set_add(set), 0x30, &content);
}

bool security_infos_has_cam(const struct mechanisms *mechanisms)
{
    for (unsigned i = 0; i < OFFERS_MAX; i++) {
        if (mechanisms->pace[i].mapping == PACE_ECDH_CAM) {
            return true;
        }
    }
    return false;
}

void security_infos_dg14(const struct document *document, struct buffer *file)
{
    struct mechanisms mechanisms = document->mechanisms;
    enum info_oddity oddity = mechanisms.oddity;
    struct der_set set = {0};
    struct buffer infos = {0};
    if (oddity == INFO_ACCESS_WEAKENED) {
        mechanisms.pace[0].suite = SUITE_AES128;
    }
    if (oddity != INFO_DG14_WITHOUT_PACE) {
        /* DG14 repeats what EF.CardAccess has, unknown ones too (9.2.11). Explicit parameters are drawn afresh each time. */
        pace_infos(&set, &mechanisms, oddity == INFO_EXPLICIT ? INFO_SOUND : oddity);
    }
    ca_infos(&set, document, oddity);
    active_auth_info(&set, &mechanisms);
    if (set.count > 0) {
        der_set_write(&set, 0x31, true, &infos);
        der_wrap(file, 0x6E, &infos);
    }
}

/* The key with standardizedDomainParameters (9.2.1, Appendix I). */
static void cam_key_info(struct der_set *set, const struct mechanisms *mechanisms, EVP_PKEY *key)
{
    uint8_t point[1 + 2 * 66];
    size_t len = 0;
    struct buffer content = {0};
    struct buffer algorithm = {0};
    struct buffer spki = {0};
    struct buffer bits = {0};
    unsigned parameter_id = 0;
    for (unsigned i = 0; i < OFFERS_MAX; i++) {
        if (mechanisms->pace[i].mapping == PACE_ECDH_CAM) {
            parameter_id = mechanisms->pace[i].parameter_id;
        }
    }
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point, sizeof(point), &len) != 1) {
        die("OpenSSL: no public point");
    }
    der_oid(&algorithm, BSI "1.2");
    der_integer(&algorithm, parameter_id);
    der_wrap(&spki, 0x30, &algorithm);
    buffer_append_byte(&bits, 0);
    buffer_append(&bits, point, len);
    der_wrap(&spki, 0x03, &bits);
    der_oid(&content, BSI "2.2.1.2");
    der_wrap(&content, 0x30, &spki);
    der_integer(&content, parameter_id); /* keyId: the parameterId of the PACEInfo */
    der_wrap(der_set_add(set), 0x30, &content);
}

void security_infos_card_security(const struct document *document, EVP_PKEY *cam_public, struct buffer *der)
{
    const struct mechanisms *mechanisms = &document->mechanisms;
    struct der_set set = {0};
    if (mechanisms->oddity != INFO_CAM_FEWER) {
        pace_infos(&set, mechanisms, mechanisms->oddity);
    }
    if (mechanisms->oddity != INFO_CAM_NO_KEY) {
        cam_key_info(&set, mechanisms, cam_public);
    }
    der_set_write(&set, 0x31, true, der);
}

/* DO7F66: the largest command and response in the extended form. */
void security_infos_atr(const struct document *document, struct buffer *file)
{
    struct buffer sizes = {0};
    if (document->mechanisms.atr_info) {
        der_integer(&sizes, 1024);
        der_integer(&sizes, 2048);
        der_wrap(file, 0x7F66, &sizes);
    }
}
