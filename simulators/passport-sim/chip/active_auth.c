/* Active Authentication with RSA: ISO 9796-2 digital signature scheme 1 with SHA-256 (ICAO 9303-11 6.1). */
#include "chip/icc.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <string.h>

#define NONCE 8U
#define HASH 32U
#define MODULUS_MAX 512U

/* F = 6A, M1, SHA-256(M1 | M2), 34 CC, as long as the modulus. M2 is the reader's nonce, M1 the chip's. */
static bool representative(uint8_t *f, size_t len, struct slice nonce)
{
    uint8_t *m1 = f + 1;
    bool ok = false;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    if (md == NULL || len < HASH + 4) {
        goto out;
    }
    size_t m1_len = len - HASH - 3;
    f[0] = 0x6A;
    f[len - 2] = 0x34;
    f[len - 1] = 0xCC;
    ok = RAND_bytes(m1, (int)m1_len) == 1 && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
         EVP_DigestUpdate(md, m1, m1_len) == 1 && EVP_DigestUpdate(md, nonce.data, nonce.len) == 1 &&
         EVP_DigestFinal_ex(md, m1 + m1_len, NULL) == 1;
out:
    EVP_MD_CTX_free(md);
    return ok;
}

static bool sign(EVP_PKEY *key, struct slice nonce, struct buffer *data)
{
    bool ok = false;
    uint8_t f[MODULUS_MAX];
    uint8_t signature[MODULUS_MAX];
    size_t len = (size_t)EVP_PKEY_get_size(key);
    size_t signature_len = sizeof(signature);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    if (ctx == NULL || len > MODULUS_MAX || !representative(f, len, nonce)) {
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

uint16_t icc_internal_authenticate(struct icc *icc, const struct apdu *apdu, struct buffer *data)
{
    EVP_PKEY *key = icc->document->active_auth_key;
    if (!icc->application || !icc->sm.active) {
        return SW_SECURITY_STATUS;
    }
    if (key == NULL) {
        return SW_INS;
    }
    if (apdu->p1 != 0 || apdu->p2 != 0) {
        return SW_WRONG_P1P2;
    }
    size_t len = (size_t)EVP_PKEY_get_size(key);
    if (apdu->data.len != NONCE || !apdu->has_le || apdu->le < len ||
        (!apdu->extended && len > SECURE_MESSAGING_SHORT_MAX)) {
        return SW_WRONG_LENGTH;
    }
    return sign(key, apdu->data, data) ? SW_OK : SW_NO_DIAGNOSIS;
}
