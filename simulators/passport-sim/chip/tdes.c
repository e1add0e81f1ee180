#include "chip/tdes.h"

#include <openssl/evp.h>
#include <string.h>

void tdes_derive(struct slice seed, enum tdes_use use, uint8_t key[TDES_KEY])
{
    uint8_t digest[20];
    const uint8_t counter[4] = {0, 0, 0, (uint8_t)use};
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    if (md == NULL || EVP_DigestInit_ex(md, EVP_sha1(), NULL) != 1 || EVP_DigestUpdate(md, seed.data, seed.len) != 1 ||
        EVP_DigestUpdate(md, counter, sizeof(counter)) != 1 || EVP_DigestFinal_ex(md, digest, NULL) != 1) {
        die("OpenSSL: SHA-1 is not to be had");
    }
    EVP_MD_CTX_free(md);
    for (size_t i = 0; i < TDES_KEY; i++) {
        unsigned bits = (unsigned)__builtin_popcount(digest[i] & 0xFEU);
        key[i] = (uint8_t)((digest[i] & 0xFEU) | ((bits & 1) ^ 1));
    }
}

static void run(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *in, size_t len, uint8_t *out, int encrypt)
{
    static const uint8_t zero[TDES_BLOCK];
    int first = 0;
    int last = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL || len % TDES_BLOCK != 0 || len > INT32_MAX ||
        EVP_CipherInit_ex(ctx, cipher, NULL, key, zero, encrypt) != 1 || EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 ||
        EVP_CipherUpdate(ctx, out, &first, in, (int)len) != 1 || EVP_CipherFinal_ex(ctx, out + first, &last) != 1) {
        die("OpenSSL: Triple DES is not to be had");
    }
    EVP_CIPHER_CTX_free(ctx);
}

void tdes_encrypt(const uint8_t key[TDES_KEY], const uint8_t *in, size_t len, uint8_t *out)
{
    run(EVP_des_ede_cbc(), key, in, len, out, 1);
}

void tdes_decrypt(const uint8_t key[TDES_KEY], const uint8_t *in, size_t len, uint8_t *out)
{
    run(EVP_des_ede_cbc(), key, in, len, out, 0);
}

void tdes_retail_mac(const uint8_t key[TDES_KEY], struct slice data, uint8_t mac[TDES_BLOCK])
{
    /* Single DES is Triple DES with both keys equal: OpenSSL keeps plain DES in its legacy provider. */
    uint8_t single[TDES_KEY];
    uint8_t chain[TDES_BLOCK] = {0};
    struct buffer padded = {0};

    memcpy(single, key, TDES_BLOCK);
    memcpy(single + TDES_BLOCK, key, TDES_BLOCK);
    buffer_append(&padded, data.data, data.len);
    pad_method_2(&padded);
    size_t before_last = padded.len - TDES_BLOCK;
    if (before_last > 0) {
        struct buffer encrypted = {0};
        buffer_append(&encrypted, padded.data, before_last);
        tdes_encrypt(single, encrypted.data, before_last, encrypted.data);
        memcpy(chain, encrypted.data + before_last - TDES_BLOCK, TDES_BLOCK);
        buffer_free(&encrypted);
    }
    for (size_t i = 0; i < TDES_BLOCK; i++) {
        chain[i] ^= padded.data[before_last + i];
    }
    run(EVP_des_ede_ecb(), key, chain, TDES_BLOCK, mac, 1);
    buffer_free(&padded);
}

void pad_method_2(struct buffer *data)
{
    buffer_append_byte(data, 0x80);
    while (data->len % TDES_BLOCK != 0) {
        buffer_append_byte(data, 0x00);
    }
}

size_t unpad_method_2(struct slice data)
{
    while (data.len > 0 && data.data[data.len - 1] == 0x00) {
        data.len--;
    }
    return data.len > 0 && data.data[data.len - 1] == 0x80 ? data.len - 1 : SIZE_MAX;
}
