/* Active Authentication (ICAO 9303-11 6.1): RSA by ISO 9796-2 digital signature scheme 1, or ECDSA. */
#include "chip/icc.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <string.h>

#define NONCE 8U
#define MODULUS_MAX 512U

/* F = 6A, M1, H(M1 | M2), trailer, as long as the modulus. M2 is the reader's nonce, M1 the chip's. */
static bool representative(const struct icc *icc, uint8_t *f, size_t len, struct slice nonce)
{
    uint8_t *m1 = f + 1;
    bool ok = false;
    bool sha1 = icc->document->mechanisms.active_auth == AA_RSA1536_SHA1;
    size_t hash = sha1 ? 20 : 32;
    size_t trailer = sha1 ? 1 : 2;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    if (md == NULL || len < hash + trailer + 2) {
        goto out;
    }
    size_t m1_len = len - hash - trailer - 1;
    f[0] = icc->traits.fault == CHIP_AA_HEADER ? 0x4A : 0x6A;
    if (sha1) {
        f[len - 1] = 0xBC;
    } else {
        f[len - 2] = icc->traits.fault == CHIP_AA_TRAILER ? 0x33 : 0x34;
        f[len - 1] = 0xCC;
    }
    ok = RAND_bytes(m1, (int)m1_len) == 1 && EVP_DigestInit_ex(md, sha1 ? EVP_sha1() : EVP_sha256(), NULL) == 1 &&
         EVP_DigestUpdate(md, m1, m1_len) == 1 && EVP_DigestUpdate(md, nonce.data, nonce.len) == 1 &&
         EVP_DigestFinal_ex(md, m1 + m1_len, NULL) == 1;
out:
    EVP_MD_CTX_free(md);
    return ok;
}

static bool sign_rsa(const struct icc *icc, EVP_PKEY *key, struct slice nonce, struct buffer *data)
{
    bool ok = false;
    uint8_t f[MODULUS_MAX];
    uint8_t signature[MODULUS_MAX];
    size_t len = (size_t)EVP_PKEY_get_size(key);
    size_t signature_len = sizeof(signature);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    if (ctx == NULL || len > MODULUS_MAX || !representative(icc, f, len, nonce)) {
        goto out;
    }
    if (EVP_PKEY_sign_init(ctx) != 1 || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1 ||
        EVP_PKEY_sign(ctx, signature, &signature_len, f, len) != 1) {
        goto out;
    }
    buffer_append(data, signature, signature_len);
    ok = true;
out:
    EVP_PKEY_CTX_free(ctx);
    return ok;
}

/* r and s, each as long as the order (6.1.2.3; TR-03111 plain format); with a quirk, in DER. */
static bool sign_ecdsa(const struct icc *icc, EVP_PKEY *key, struct slice nonce, struct buffer *data)
{
    bool ok = false;
    uint8_t der[160];
    uint8_t plain[2 * 66];
    size_t len = sizeof(der);
    int width = (EVP_PKEY_get_bits(key) + 7) / 8;
    const uint8_t *at = der;
    ECDSA_SIG *signature = NULL;
    const EVP_MD *hash = EVP_PKEY_get_bits(key) > 256 ? EVP_sha384() : EVP_sha256();
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    if (md == NULL || EVP_DigestSignInit(md, NULL, hash, NULL, key) != 1 ||
        EVP_DigestSign(md, der, &len, nonce.data, nonce.len) != 1) {
        goto out;
    }
    if ((icc->traits.quirks & QUIRK_AA_DER) != 0) {
        buffer_append(data, der, len);
        ok = true;
        goto out;
    }
    signature = d2i_ECDSA_SIG(NULL, &at, (long)len);
    ok = signature != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(signature), plain, width) == width &&
         BN_bn2binpad(ECDSA_SIG_get0_s(signature), plain + width, width) == width;
    if (ok) {
        buffer_append(data, plain, 2 * (size_t)width);
    }
out:
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(md);
    return ok;
}

/* Whether the signature fits what the reader expects; quirks of real chips otherwise. */
static uint16_t deliver(const struct icc *icc, const struct apdu *apdu, struct buffer *signature, struct buffer *data)
{
    size_t room = icc_response_room(icc, apdu);
    uint16_t sw = SW_OK;
    if ((icc->traits.quirks & QUIRK_AA_NEEDS_LE) != 0 && !apdu->has_le) {
        return (uint16_t)(SW_CORRECT_LE | (signature->len & 0xFF));
    }
    if (!apdu->has_le || (apdu->le < signature->len && apdu->le != 256)) {
        return SW_WRONG_LENGTH;
    }
    if (signature->len > room) {
        if ((icc->traits.quirks & QUIRK_AA_EXTENDED) == 0) {
            return SW_WRONG_LENGTH;
        }
        signature->len = room; /* cut, with 9000 (nfcpr #194) */
    }
    buffer_append(data, signature->data, signature->len);
    return sw;
}

static void spoil(enum chip_fault fault, struct buffer *signature)
{
    if (fault == CHIP_AA_SHORT) {
        signature->len /= 2;
    } else if (fault == CHIP_AA_EMPTY) {
        signature->len = 0;
    } else if (fault == CHIP_AA_ZERO) {
        memset(signature->data, 0, signature->len);
    }
}

uint16_t icc_internal_authenticate(struct icc *icc, const struct apdu *apdu, struct buffer *data)
{
    EVP_PKEY *key = icc->document->active_auth_key;
    EVP_PKEY *other = NULL;
    struct buffer signature = {0};
    const uint8_t wrong[NONCE] = {0};
    uint16_t sw = SW_NO_DIAGNOSIS;
    if (!icc->application || !icc_is_open(icc)) {
        return SW_SECURITY_STATUS;
    }
    if (icc->traits.fault == CHIP_AA_REFUSED) {
        return icc->traits.status_word;
    }
    if (key == NULL) {
        return SW_INS;
    }
    if (apdu->p1 != 0 || apdu->p2 != 0) {
        return SW_WRONG_P1P2;
    }
    if (apdu->data.len != NONCE) {
        return SW_WRONG_LENGTH;
    }
    bool rsa = EVP_PKEY_is_a(key, "RSA");
    if (icc->traits.fault == CHIP_AA_OTHER_KEY) {
        other = rsa ? EVP_RSA_gen((unsigned)EVP_PKEY_get_bits(key)) : EVP_EC_gen("P-256");
        key = other;
    }
    struct slice nonce = icc->traits.fault == CHIP_AA_WRONG ? (struct slice){wrong, NONCE} : apdu->data;
    if (key != NULL && (rsa ? sign_rsa(icc, key, nonce, &signature) : sign_ecdsa(icc, key, nonce, &signature))) {
        spoil(icc->traits.fault, &signature);
        sw = deliver(icc, apdu, &signature, data);
    }
    buffer_free(&signature);
    EVP_PKEY_free(other);
    return sw;
}
