/* Basic Access Control, the chip's side (ICAO 9303-11 4.3). */
#include "chip/icc.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#define NONCE ((size_t)8)
#define CRYPTOGRAM 32U /* nonce, nonce, 16 octets of key */

static void random_octets(uint8_t *out, size_t len)
{
    if (RAND_bytes(out, (int)len) != 1) {
        die("OpenSSL: no random numbers");
    }
}

uint16_t icc_get_challenge(struct icc *icc, const struct apdu *apdu, struct buffer *data)
{
    enum access access = icc->document->mechanisms.access;
    if (access == ACCESS_PACE) {
        return icc->traits.bac_refusal != 0 ? icc->traits.bac_refusal : SW_SECURITY_STATUS;
    }
    if (access == ACCESS_NONE) {
        return SW_INS;
    }
    if (!icc->application || icc->sm.active) {
        return SW_CONDITIONS;
    }
    if (apdu->p1 != 0 || apdu->p2 != 0) {
        return SW_WRONG_P1P2;
    }
    if (apdu->data.len != 0 || !apdu->has_le || apdu->le != NONCE) {
        return SW_WRONG_LENGTH;
    }
    if (icc->traits.fault == CHIP_CHALLENGE_ZERO || icc->traits.fault == CHIP_BAC_REPEATS) {
        memset(icc->challenge, icc->traits.fault == CHIP_BAC_REPEATS ? 0x5A : 0, sizeof(icc->challenge));
    } else {
        random_octets(icc->challenge, sizeof(icc->challenge));
    }
    icc->has_challenge = true;
    buffer_append(data, icc->challenge, icc->traits.fault == CHIP_CHALLENGE_SHORT ? 4 : sizeof(icc->challenge));
    return SW_OK;
}

/* Document basic access keys: seed is SHA-1 of the MRZ information, its first 16 octets (9303-11 4.3.2, 9.7.2). */
static void access_keys(const struct document *document, uint8_t enc[TDES_KEY], uint8_t mac[TDES_KEY])
{
    uint8_t digest[20];
    if (EVP_Digest(document->access, strlen(document->access), digest, NULL, EVP_sha1(), NULL) != 1) {
        die("OpenSSL: SHA-1 is not to be had");
    }
    tdes_derive((struct slice){digest, 16}, TDES_ENC, enc);
    tdes_derive((struct slice){digest, 16}, TDES_MAC, mac);
}

/* The chip's half: E(RND.IC, RND.IFD, K.IC) and its MAC. */
static void answer(const struct icc *icc, const uint8_t enc[TDES_KEY], const uint8_t mac_key[TDES_KEY],
                   const uint8_t ifd[CRYPTOGRAM], const uint8_t key_ic[TDES_KEY], struct buffer *data)
{
    uint8_t out[CRYPTOGRAM];
    uint8_t mac[TDES_BLOCK];
    memcpy(out, icc->challenge, NONCE);
    memcpy(out + NONCE, ifd, NONCE);
    memcpy(out + 2 * NONCE, key_ic, TDES_KEY);
    if (icc->traits.fault == CHIP_BAC_WRONG_NONCE) {
        random_octets(out + NONCE, NONCE);
    }
    tdes_encrypt(enc, out, sizeof(out), out);
    tdes_retail_mac(mac_key, (struct slice){out, sizeof(out)}, mac);
    if (icc->traits.fault == CHIP_BAC_WRONG_MAC) {
        mac[0] ^= 0x80;
    }
    buffer_append(data, out, sizeof(out));
    buffer_append(data, mac, sizeof(mac));
}

static void spoil(enum chip_fault fault, struct slice command, struct buffer *data)
{
    if (fault == CHIP_BAC_ECHO) {
        data->len = 0;
        buffer_append(data, command.data, command.len);
    } else if (fault == CHIP_BAC_SHORT) {
        data->len /= 2;
    } else if (fault == CHIP_BAC_PLAIN) {
        data->len = 0;
    }
}

uint16_t icc_external_authenticate(struct icc *icc, const struct apdu *apdu, struct buffer *data,
                                   struct secure_messaging *started)
{
    uint8_t enc[TDES_KEY];
    uint8_t mac_key[TDES_KEY];
    uint8_t mac[TDES_BLOCK];
    uint8_t ifd[CRYPTOGRAM]; /* RND.IFD, RND.IC, K.IFD */
    uint8_t key_ic[TDES_KEY];
    uint8_t seed[TDES_KEY];
    uint8_t ssc[TDES_BLOCK];

    if (icc->document->mechanisms.access == ACCESS_PACE) {
        return icc->traits.bac_refusal != 0 ? icc->traits.bac_refusal : SW_SECURITY_STATUS;
    }
    if (!icc->application || icc->sm.active || !icc->has_challenge) {
        return SW_CONDITIONS;
    }
    icc->has_challenge = false; /* good for one attempt */
    if (apdu->p1 != 0 || apdu->p2 != 0) {
        return SW_WRONG_P1P2;
    }
    if (apdu->data.len != CRYPTOGRAM + TDES_BLOCK) {
        return SW_WRONG_LENGTH;
    }
    if ((icc->traits.quirks & QUIRK_BAC_LE_0) != 0 && apdu->le != 256) {
        return SW_WRONG_LENGTH; /* JMRTD's PassportApduService: these want Le 00 */
    }
    access_keys(icc->document, enc, mac_key);
    tdes_retail_mac(mac_key, (struct slice){apdu->data.data, CRYPTOGRAM}, mac);
    if (CRYPTO_memcmp(mac, apdu->data.data + CRYPTOGRAM, TDES_BLOCK) != 0) {
        return SW_AUTHENTICATION_FAILED;
    }
    tdes_decrypt(enc, apdu->data.data, CRYPTOGRAM, ifd);
    if (CRYPTO_memcmp(ifd + NONCE, icc->challenge, NONCE) != 0) {
        return SW_AUTHENTICATION_FAILED;
    }
    random_octets(key_ic, sizeof(key_ic));
    answer(icc, enc, mac_key, ifd, key_ic, data);
    spoil(icc->traits.fault, apdu->data, data);

    /* Session keys from K.IFD xor K.IC; SSC from the low halves of both nonces (9303-11 9.7.2, 9.8.6.3). */
    for (size_t i = 0; i < TDES_KEY; i++) {
        seed[i] = ifd[2 * NONCE + i] ^ key_ic[i];
    }
    memcpy(ssc, icc->challenge + 4, 4);
    memcpy(ssc + 4, ifd + 4, 4);
    secure_messaging_start(started, seed, ssc);
    return SW_OK;
}
