#include "crypto/kdf.h"

#include "crypto/hash.h"
#include "crypto/memory.h"

#include <mbedtls/des.h>

enum dr_status kdf_derive(enum cipher_algorithm algorithm, struct bytes secret, enum kdf_counter counter, uint8_t *key)
{
    uint8_t counter_octets[4];
    uint8_t digest[HASH_MAX_SIZE];
    enum hash_algorithm hash = HASH_SHA1;
    size_t size = cipher_key_size(algorithm);
    enum dr_status status;

    if (size == 0) {
        return DR_ERR_UNSUPPORTED;
    }
    if (algorithm == CIPHER_AES192 || algorithm == CIPHER_AES256) {
        hash = HASH_SHA256;
    }
    put_be32(counter_octets, (uint32_t)counter);
    status = hash_compute2(hash, secret, bytes_of(counter_octets, sizeof counter_octets), digest);
    if (status == DR_OK) {
        memcpy(key, digest, size);
        if (algorithm == CIPHER_3DES_2KEY) {
            mbedtls_des_key_set_parity(key);
            mbedtls_des_key_set_parity(key + MBEDTLS_DES_KEY_SIZE);
        }
    }
    crypto_wipe(digest, sizeof digest);
    return status;
}
