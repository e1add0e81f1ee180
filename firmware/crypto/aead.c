#include "crypto/aead.h"

#include "crypto/memory.h"

#include <mbedtls/chachapoly.h>

enum dr_status aead_seal(const uint8_t key[AEAD_KEY_SIZE], const uint8_t nonce[AEAD_NONCE_SIZE],
                         struct bytes associated, uint8_t *data, size_t len, uint8_t tag[AEAD_TAG_SIZE])
{
    mbedtls_chachapoly_context context;
    int failed;

    mbedtls_chachapoly_init(&context);
    failed = mbedtls_chachapoly_setkey(&context, key);
    if (failed == 0) {
        failed =
            mbedtls_chachapoly_encrypt_and_tag(&context, len, nonce, associated.data, associated.len, data, data, tag);
    }
    mbedtls_chachapoly_free(&context);
    return failed == 0 ? DR_OK : DR_ERR_CRYPTO;
}

enum dr_status aead_open(const uint8_t key[AEAD_KEY_SIZE], const uint8_t nonce[AEAD_NONCE_SIZE],
                         struct bytes associated, uint8_t *data, size_t len, const uint8_t tag[AEAD_TAG_SIZE])
{
    mbedtls_chachapoly_context context;
    enum dr_status status = DR_OK;
    int failed;

    mbedtls_chachapoly_init(&context);
    failed = mbedtls_chachapoly_setkey(&context, key);
    if (failed == 0) {
        failed =
            mbedtls_chachapoly_auth_decrypt(&context, len, nonce, associated.data, associated.len, tag, data, data);
    }
    if (failed != 0) {
        status = failed == MBEDTLS_ERR_CHACHAPOLY_AUTH_FAILED ? DR_ERR_CORRUPT : DR_ERR_CRYPTO;
        crypto_wipe(data, len);
    }
    mbedtls_chachapoly_free(&context);
    return status;
}
