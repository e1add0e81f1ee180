#include "chip/suite.h"

#include "chip/tdes.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

size_t suite_key_len(enum suite suite)
{
    switch (suite) {
    case SUITE_AES192:
        return 24;
    case SUITE_AES256:
        return 32;
    default:
        return 16;
    }
}

size_t suite_block(enum suite suite)
{
    return suite == SUITE_3DES ? TDES_BLOCK : 16;
}

void suite_derive(enum suite suite, struct slice secret, enum suite_use use, uint8_t key[SUITE_KEY_MAX])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    const uint8_t counter[4] = {0, 0, 0, (uint8_t)use};
    const EVP_MD *hash = suite == SUITE_AES192 || suite == SUITE_AES256 ? EVP_sha256() : EVP_sha1();
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    if (md == NULL || EVP_DigestInit_ex(md, hash, NULL) != 1 || EVP_DigestUpdate(md, secret.data, secret.len) != 1 ||
        EVP_DigestUpdate(md, counter, sizeof(counter)) != 1 || EVP_DigestFinal_ex(md, digest, NULL) != 1) {
        die("OpenSSL: a hash is not to be had");
    }
    EVP_MD_CTX_free(md);
    memcpy(key, digest, suite_key_len(suite)); /* the parity bits of 3DES keys are nobody's business here */
}

static void run(enum suite suite, const uint8_t *key, const uint8_t *iv, struct slice in, uint8_t *out, int encrypt)
{
    static const uint8_t zero[SUITE_BLOCK_MAX];
    int first = 0;
    int last = 0;
    const EVP_CIPHER *cipher = suite == SUITE_3DES     ? EVP_des_ede_cbc()
                               : suite == SUITE_AES128 ? EVP_aes_128_cbc()
                               : suite == SUITE_AES192 ? EVP_aes_192_cbc()
                                                       : EVP_aes_256_cbc();
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL || in.len % suite_block(suite) != 0 || in.len > INT32_MAX ||
        EVP_CipherInit_ex(ctx, cipher, NULL, key, iv != NULL ? iv : zero, encrypt) != 1 ||
        EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 || EVP_CipherUpdate(ctx, out, &first, in.data, (int)in.len) != 1 ||
        EVP_CipherFinal_ex(ctx, out + first, &last) != 1) {
        die("OpenSSL: a cipher is not to be had");
    }
    EVP_CIPHER_CTX_free(ctx);
}

void suite_encrypt(enum suite suite, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t len, uint8_t *out)
{
    run(suite, key, iv, (struct slice){in, len}, out, 1);
}

void suite_decrypt(enum suite suite, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t len, uint8_t *out)
{
    run(suite, key, iv, (struct slice){in, len}, out, 0);
}

static void cmac(enum suite suite, const uint8_t *key, struct slice data, uint8_t tag[SUITE_MAC])
{
    char name[] = "AES-128-CBC";
    uint8_t whole[16];
    size_t len = 0;
    memcpy(name + 4, suite == SUITE_AES128 ? "128" : suite == SUITE_AES192 ? "192" : "256", 3);
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
                                     OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *ctx = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    if (ctx == NULL || EVP_MAC_init(ctx, key, suite_key_len(suite), parameters) != 1 ||
        EVP_MAC_update(ctx, data.data, data.len) != 1 || EVP_MAC_final(ctx, whole, &len, sizeof(whole)) != 1) {
        die("OpenSSL: CMAC is not to be had");
    }
    memcpy(tag, whole, SUITE_MAC);
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
}

void suite_mac(enum suite suite, const uint8_t *key, struct slice data, uint8_t mac[SUITE_MAC])
{
    if (suite == SUITE_3DES) {
        tdes_retail_mac(key, data, mac);
    } else {
        cmac(suite, key, data, mac);
    }
}

void suite_pad(struct buffer *data, size_t block)
{
    buffer_append_byte(data, 0x80);
    while (data->len % block != 0) {
        buffer_append_byte(data, 0x00);
    }
}
