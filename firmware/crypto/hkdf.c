#include "crypto/hkdf.h"

#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>

enum dr_status hkdf_sha256(struct bytes secret, struct bytes salt, struct bytes info, uint8_t *out, size_t len)
{
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);

    if (len == 0 || len > HKDF_MAX_OUTPUT) {
        return DR_ERR_ARGUMENT;
    }
    if (mbedtls_hkdf(sha256, salt.data, salt.len, secret.data, secret.len, info.data, info.len, out, len) != 0) {
        return DR_ERR_CRYPTO;
    }
    return DR_OK;
}

enum dr_status hmac_sha256(struct bytes key, struct bytes data, uint8_t mac[HASH_SHA256_SIZE])
{
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);

    return mbedtls_md_hmac(sha256, key.data, key.len, data.data, data.len, mac) == 0 ? DR_OK : DR_ERR_CRYPTO;
}
