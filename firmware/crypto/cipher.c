#include "crypto/cipher.h"

#include "crypto/memory.h"

#include <mbedtls/aes.h>
#include <mbedtls/des.h>

size_t cipher_key_size(enum cipher_algorithm algorithm)
{
    switch (algorithm) {
    case CIPHER_3DES_2KEY:
    case CIPHER_AES128:
        return 16;
    case CIPHER_AES192:
        return 24;
    case CIPHER_AES256:
        return 32;
    }
    return 0;
}

size_t cipher_block_size(enum cipher_algorithm algorithm)
{
    switch (algorithm) {
    case CIPHER_3DES_2KEY:
        return 8;
    case CIPHER_AES128:
    case CIPHER_AES192:
    case CIPHER_AES256:
        return 16;
    }
    return 0;
}

static enum dr_status aes_cbc(enum cipher_algorithm algorithm, int mode, const uint8_t *key, uint8_t *iv,
                              const uint8_t *in, size_t len, uint8_t *out)
{
    mbedtls_aes_context context;
    unsigned int bits = (unsigned int)cipher_key_size(algorithm) * 8U;
    int failed;

    mbedtls_aes_init(&context);
    failed = mode == MBEDTLS_AES_ENCRYPT ? mbedtls_aes_setkey_enc(&context, key, bits)
                                         : mbedtls_aes_setkey_dec(&context, key, bits);
    if (failed == 0) {
        failed = mbedtls_aes_crypt_cbc(&context, mode, len, iv, in, out);
    }
    mbedtls_aes_free(&context);
    return failed == 0 ? DR_OK : DR_ERR_CRYPTO;
}

static enum dr_status des3_cbc(int mode, const uint8_t *key, uint8_t *iv, const uint8_t *in, size_t len, uint8_t *out)
{
    mbedtls_des3_context context;
    int failed;

    mbedtls_des3_init(&context);
    failed =
        mode == MBEDTLS_DES_ENCRYPT ? mbedtls_des3_set2key_enc(&context, key) : mbedtls_des3_set2key_dec(&context, key);
    if (failed == 0) {
        failed = mbedtls_des3_crypt_cbc(&context, mode, len, iv, in, out);
    }
    mbedtls_des3_free(&context);
    return failed == 0 ? DR_OK : DR_ERR_CRYPTO;
}

static enum dr_status crypt_cbc(enum cipher_algorithm algorithm, bool encrypt, const uint8_t *key, const uint8_t *iv,
                                const uint8_t *in, size_t len, uint8_t *out)
{
    uint8_t chain[CIPHER_MAX_BLOCK] = {0};
    size_t block = cipher_block_size(algorithm);
    enum dr_status status;

    if (block == 0) {
        return DR_ERR_UNSUPPORTED;
    }
    if (len % block != 0) {
        return DR_ERR_ARGUMENT;
    }
    if (iv != NULL) {
        memcpy(chain, iv, block);
    }
    if (algorithm == CIPHER_3DES_2KEY) {
        status = des3_cbc(encrypt ? MBEDTLS_DES_ENCRYPT : MBEDTLS_DES_DECRYPT, key, chain, in, len, out);
    } else {
        status = aes_cbc(algorithm, encrypt ? MBEDTLS_AES_ENCRYPT : MBEDTLS_AES_DECRYPT, key, chain, in, len, out);
    }
    crypto_wipe(chain, sizeof chain);
    return status;
}

enum dr_status cipher_cbc_encrypt(enum cipher_algorithm algorithm, const uint8_t *key, const uint8_t *iv,
                                  const uint8_t *in, size_t len, uint8_t *out)
{
    return crypt_cbc(algorithm, true, key, iv, in, len, out);
}

enum dr_status cipher_cbc_decrypt(enum cipher_algorithm algorithm, const uint8_t *key, const uint8_t *iv,
                                  const uint8_t *in, size_t len, uint8_t *out)
{
    return crypt_cbc(algorithm, false, key, iv, in, len, out);
}

enum dr_status cipher_encrypt_block(enum cipher_algorithm algorithm, const uint8_t *key, const uint8_t *in,
                                    uint8_t *out)
{
    return crypt_cbc(algorithm, true, key, NULL, in, cipher_block_size(algorithm), out);
}
