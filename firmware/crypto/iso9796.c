#include "crypto/iso9796.h"

#include "crypto/memory.h"
#include "crypto/rsa_verify.h"

#include <mbedtls/platform.h>

/* Header and border of a full representative with partial recovery: 01, more data, then the nibble A (9796-2 8.2). */
#define HEADER_PARTIAL 0x6AU
#define TRAILER_SHA1 0xBCU
#define TRAILER_OPTION_2 0xCCU

/* ICAO 9303-11 6.1.2.2; ISO/IEC 10118-3's hash identifiers. *len: octets of the trailer. */
static enum hash_algorithm trailer_hash(struct bytes representative, size_t *len)
{
    static const struct {
        uint8_t identifier, hash;
    } hashes[] = {{0x38, HASH_SHA224}, {0x34, HASH_SHA256}, {0x36, HASH_SHA384}, {0x35, HASH_SHA512}};
    const uint8_t *end = representative.data + representative.len;
    size_t i;

    *len = 1;
    if (end[-1] == TRAILER_SHA1) {
        return HASH_SHA1;
    }
    *len = 2;
    for (i = 0; end[-1] == TRAILER_OPTION_2 && i < sizeof hashes / sizeof hashes[0]; i++) {
        if (hashes[i].identifier == end[-2]) {
            return (enum hash_algorithm)hashes[i].hash;
        }
    }
    return HASH_NONE;
}

enum dr_status iso9796_check(struct bytes representative, struct bytes m2)
{
    uint8_t digest[HASH_MAX_SIZE];
    enum hash_algorithm hash;
    size_t trailer, size;
    struct bytes m1;
    enum dr_status status;

    if (representative.len < RSA_MIN_BITS / 8 || representative.data[0] != HEADER_PARTIAL) {
        return DR_ERR_SIGNATURE;
    }
    hash = trailer_hash(representative, &trailer);
    size = hash_size(hash);
    if (hash == HASH_NONE) {
        return DR_ERR_SIGNATURE;
    }
    /* The smallest modulus has room for the longest hash and some M1: nothing runs below zero. */
    m1 = bytes_of(representative.data + 1, representative.len - 1 - size - trailer);
    status = hash_compute2(hash, m1, m2, digest);
    if (status != DR_OK) {
        return status;
    }
    return crypto_equal(digest, m1.data + m1.len, size) ? DR_OK : DR_ERR_SIGNATURE;
}

/* f = n - f, both of the same length. */
static void subtract_from(struct bytes n, uint8_t *f)
{
    unsigned borrow = 0;
    size_t i;

    for (i = n.len; i-- > 0;) {
        unsigned difference = 0x100U + n.data[i] - f[i] - borrow;

        f[i] = (uint8_t)difference;
        borrow = difference < 0x100U;
    }
}

enum dr_status iso9796_verify(const struct public_key *key, struct bytes m2, struct bytes signature)
{
    size_t len = key->rsa_modulus.len, bits;
    uint8_t *f;
    enum dr_status status;

    if (len == 0 || len > RSA_MAX_BITS / 8) {
        return DR_ERR_UNSUPPORTED;
    }
    f = mbedtls_calloc(1, len);
    if (f == NULL) {
        return DR_ERR_CRYPTO;
    }
    status = rsa_recover(key, signature, f, &bits);
    if (status == DR_OK && bits % 8 != 0) {
        status = DR_ERR_UNSUPPORTED;
    }
    if (status == DR_OK) {
        /* F is 12 modulo 16. By B.4 a signature may stand for n - F, by B.6 it never does; both are handled (6.1.2.2). */
        if ((f[len - 1] & 0x0F) != 0x0C) {
            subtract_from(key->rsa_modulus, f);
        }
        status = iso9796_check(bytes_of(f, len), m2);
    }
    mbedtls_free(f);
    return status;
}
