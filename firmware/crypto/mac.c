#include "crypto/mac.h"

#include "crypto/memory.h"

#include <mbedtls/cmac.h>
#include <mbedtls/des.h>

#define DES_BLOCK 8U

/* ISO 9797-1 MAC algorithm 3 without padding: DES-CBC under K1, the last block once more through D(K2) and E(K1). */
static enum dr_status retail_mac(const uint8_t *key, struct bytes data, uint8_t mac[MAC_SIZE])
{
    mbedtls_des_context first, second;
    uint8_t chain[DES_BLOCK] = {0};
    size_t at, i;
    int failed;

    if (data.len == 0 || data.len % DES_BLOCK != 0) {
        return DR_ERR_ARGUMENT;
    }
    mbedtls_des_init(&first);
    mbedtls_des_init(&second);
    failed = mbedtls_des_setkey_enc(&first, key);
    if (failed == 0) {
        failed = mbedtls_des_setkey_dec(&second, key + MBEDTLS_DES_KEY_SIZE);
    }
    for (at = 0; failed == 0 && at < data.len; at += DES_BLOCK) {
        for (i = 0; i < DES_BLOCK; i++) {
            chain[i] ^= data.data[at + i];
        }
        failed = mbedtls_des_crypt_ecb(&first, chain, chain);
    }
    if (failed == 0) {
        failed = mbedtls_des_crypt_ecb(&second, chain, chain);
    }
    if (failed == 0) {
        failed = mbedtls_des_crypt_ecb(&first, chain, mac);
    }
    mbedtls_des_free(&first);
    mbedtls_des_free(&second);
    crypto_wipe(chain, sizeof chain);
    return failed == 0 ? DR_OK : DR_ERR_CRYPTO;
}

static enum dr_status cmac(mbedtls_cipher_type_t type, size_t key_size, const uint8_t *key, struct bytes data,
                           uint8_t mac[MAC_SIZE])
{
    static const uint8_t nothing;
    uint8_t whole[MBEDTLS_AES_BLOCK_SIZE];
    const mbedtls_cipher_info_t *info = mbedtls_cipher_info_from_type(type);
    enum dr_status status = DR_ERR_CRYPTO;

    if (info != NULL &&
        mbedtls_cipher_cmac(info, key, key_size * 8, data.len == 0 ? &nothing : data.data, data.len, whole) == 0) {
        memcpy(mac, whole, MAC_SIZE);
        status = DR_OK;
    }
    crypto_wipe(whole, sizeof whole);
    return status;
}

enum dr_status mac_compute(enum cipher_algorithm algorithm, const uint8_t *key, struct bytes data,
                           uint8_t mac[MAC_SIZE])
{
    switch (algorithm) {
    case CIPHER_3DES_2KEY:
        return retail_mac(key, data, mac);
    case CIPHER_AES128:
        return cmac(MBEDTLS_CIPHER_AES_128_ECB, 16, key, data, mac);
    case CIPHER_AES192:
        return cmac(MBEDTLS_CIPHER_AES_192_ECB, 24, key, data, mac);
    case CIPHER_AES256:
        return cmac(MBEDTLS_CIPHER_AES_256_ECB, 32, key, data, mac);
    }
    return DR_ERR_UNSUPPORTED;
}

size_t mac_pad(uint8_t *data, size_t len, size_t cap, size_t block)
{
    size_t padded;

    if (block == 0 || len >= cap) {
        return 0;
    }
    padded = len - len % block + block;
    if (padded > cap) {
        return 0;
    }
    data[len] = 0x80;
    memset(data + len + 1, 0, padded - len - 1);
    return padded;
}

enum dr_status mac_unpad(const uint8_t *data, size_t *len, size_t block)
{
    size_t at = *len;

    if (block == 0 || at == 0 || at % block != 0) {
        return DR_ERR_MALFORMED;
    }
    while (at > *len - block) {
        at--;
        if (data[at] == 0x80) {
            *len = at;
            return DR_OK;
        }
        if (data[at] != 0) {
            break;
        }
    }
    return DR_ERR_MALFORMED;
}
