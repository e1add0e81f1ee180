/* Chip Authentication version 1, the chip's side (ICAO 9303-11 6.2), on OpenSSL's key agreement. */
#include "chip/icc.h"
#include "util/tlv.h"

#include <openssl/dh.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#define DO_DYNAMIC 0x7CU
#define DO_PUBLIC_KEY 0x80U
#define DO_MECHANISM 0x80U
#define DO_KEY_ID 0x84U
#define DO_KAT_PUBLIC_KEY 0x91U
#define CA_OID_LEN 10U

/* The key named by DO84, or the first of that suite. */
static const struct document_ca_key *choose(const struct icc *icc, struct slice key_id, enum suite suite)
{
    for (unsigned i = 0; i < OFFERS_MAX; i++) {
        const struct document_ca_key *row = &icc->document->ca_keys[i];
        if (row->offer.kind != CA_NO_KEY && row->offer.suite == suite &&
            (key_id.data == NULL || (key_id.len == 1 && key_id.data[0] == row->offer.key_id))) {
            return row;
        }
    }
    return NULL;
}

/* The shared secret: x-coordinate, or the number as long as the modulus (9303-11 9.7.1). */
static bool agree(EVP_PKEY *key, struct slice theirs, struct buffer *secret)
{
    bool ok = false;
    bool dh = EVP_PKEY_is_a(key, "DHX") || EVP_PKEY_is_a(key, "DH");
    uint8_t octets[512];
    size_t len = sizeof(octets);
    struct buffer padded = {0};
    EVP_PKEY *peer = EVP_PKEY_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    if (peer == NULL || ctx == NULL) {
        die("out of memory");
    }
    for (size_t i = theirs.len; dh && i < (size_t)EVP_PKEY_get_size(key); i++) {
        buffer_append_byte(&padded, 0);
    }
    buffer_append(&padded, theirs.data, theirs.len);
    ok = EVP_PKEY_copy_parameters(peer, key) == 1 &&
         EVP_PKEY_set1_encoded_public_key(peer, padded.data, padded.len) == 1 && EVP_PKEY_derive_init(ctx) == 1 &&
         (!dh || EVP_PKEY_CTX_set_dh_pad(ctx, 1) == 1) && EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
         EVP_PKEY_derive(ctx, octets, &len) == 1;
    if (ok) {
        buffer_append(secret, octets, len);
    }
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
    buffer_free(&padded);
    return ok;
}

static uint16_t authenticate(struct icc *icc, const struct document_ca_key *row, struct slice theirs,
                             struct secure_messaging *started)
{
    struct buffer secret = {0};
    uint16_t sw = SW_OK;
    if (row->key == NULL || icc->traits.fault == CHIP_CA_GUESSES) { /* a clone can but guess */
        uint8_t guess[32];
        if (RAND_bytes(guess, sizeof(guess)) != 1) {
            die("OpenSSL: no random numbers");
        }
        buffer_append(&secret, guess, sizeof(guess));
    } else if (!agree(row->key, theirs, &secret)) {
        sw = SW_WRONG_DATA;
    }
    if (sw == SW_OK && icc->traits.fault != CHIP_CA_OLD_KEYS) {
        secure_messaging_start_suite(started, row->offer.suite, buffer_view(&secret));
    }
    buffer_free(&secret);
    return sw;
}

static bool refuses(struct icc *icc, uint16_t *sw)
{
    if (icc->traits.fault == CHIP_CA_LOSES) {
        icc->lose_session = true;
    }
    *sw = icc->traits.status_word;
    return icc->traits.fault == CHIP_CA_LOSES || icc->traits.fault == CHIP_CA_REFUSED;
}

/* MSE:Set KAT, 3DES only (6.2.4.1): the whole protocol in one command. */
uint16_t icc_ca_set_kat(struct icc *icc, const struct apdu *apdu, struct secure_messaging *started)
{
    struct slice rest = apdu->data;
    struct slice key_id = {0};
    struct slice theirs = {0};
    struct tlv object;
    uint16_t sw;
    if (refuses(icc, &sw)) {
        return sw;
    }
    while (tlv_next(&rest, &object)) {
        if (object.tag == DO_KAT_PUBLIC_KEY) {
            theirs = object.value;
        } else if (object.tag == DO_KEY_ID) {
            key_id = object.value;
        }
    }
    const struct document_ca_key *row = choose(icc, key_id, SUITE_3DES);
    if (rest.len != 0 || theirs.len == 0) {
        return SW_WRONG_DATA;
    }
    if ((icc->traits.quirks & QUIRK_CA_EXTENDED) != 0 && !apdu->extended) {
        return SW_WRONG_LENGTH;
    }
    if (row == NULL || (icc->traits.quirks & QUIRK_NO_KAT) != 0) {
        return row == NULL ? SW_REFERENCE_NOT_FOUND : SW_FUNCTION;
    }
    return authenticate(icc, row, theirs, started);
}

/* MSE:Set AT (6.2.4.2). */
uint16_t icc_ca_set_at(struct icc *icc, const struct apdu *apdu)
{
    static const uint8_t arc[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03};
    struct slice rest = apdu->data;
    struct slice mechanism = {0};
    struct slice key_id = {0};
    struct tlv object;
    uint16_t sw;
    icc->ca_key = NULL;
    if (refuses(icc, &sw)) {
        return sw;
    }
    while (tlv_next(&rest, &object)) {
        if (object.tag == DO_MECHANISM) {
            mechanism = object.value;
        } else if (object.tag == DO_KEY_ID) {
            key_id = object.value;
        }
    }
    if (rest.len != 0 || mechanism.len != CA_OID_LEN || memcmp(mechanism.data, arc, sizeof(arc)) != 0) {
        return SW_WRONG_DATA;
    }
    const struct document_ca_key *row = choose(icc, key_id, (enum suite)mechanism.data[9]);
    if (row == NULL) {
        return SW_REFERENCE_NOT_FOUND;
    }
    if ((row->offer.kind == CA_ECDH ? 2 : 1) != mechanism.data[8]) {
        return SW_WRONG_DATA;
    }
    icc->ca_key = row;
    return SW_OK;
}

uint16_t icc_ca_general_authenticate(struct icc *icc, const struct apdu *apdu, struct buffer *data,
                                     struct secure_messaging *started)
{
    struct slice rest = apdu->data;
    struct tlv dynamic, object;
    const struct document_ca_key *row = icc->ca_key;
    icc->ca_key = NULL;
    if (!tlv_next(&rest, &dynamic) || dynamic.tag != DO_DYNAMIC || rest.len != 0 ||
        !tlv_next(&dynamic.value, &object) || object.tag != DO_PUBLIC_KEY || dynamic.value.len != 0) {
        return SW_WRONG_DATA;
    }
    if ((icc->traits.quirks & QUIRK_CA_EXTENDED) != 0 && !apdu->extended) {
        return SW_WRONG_LENGTH;
    }
    uint16_t sw = authenticate(icc, row, object.value, started);
    if (sw == SW_OK) {
        buffer_append(data, "\x7C", 2); /* 7C 00 */
    }
    return sw;
}
