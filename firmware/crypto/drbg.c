#include "crypto/drbg.h"

#include "crypto/hash.h"
#include "crypto/memory.h"

#include <limits.h>
#include <mbedtls/ctr_drbg.h>

/* Entropy input and nonce of SP 800-90A 10.2.1.3.2 in one: 32 + 16 bytes. */
#define SEED_MATERIAL_SIZE 48U
_Static_assert(MBEDTLS_CTR_DRBG_ENTROPY_LEN == SEED_MATERIAL_SIZE, "no separate nonce is asked for");

static struct {
    mbedtls_ctr_drbg_context generator;
    const uint8_t *material; /* while the generator is being instantiated */
    bool ready;
} device;

/* Hands the seed material out once, at instantiation; there is no source to reseed from later. */
static int take_material(void *unused, unsigned char *out, size_t len)
{
    (void)unused;
    if (device.material == NULL || len > SEED_MATERIAL_SIZE) {
        return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
    }
    memcpy(out, device.material, len);
    device.material = NULL;
    return 0;
}

enum dr_status drbg_init(const uint8_t seed[DRBG_SEED_SIZE], struct bytes noise)
{
    uint8_t digest[HASH_MAX_SIZE];
    enum dr_status status;

    if (device.ready) {
        mbedtls_ctr_drbg_free(&device.generator);
        device.ready = false;
    }
    /* Noise of any length and quality is condensed with the seed, and so can only add to it. */
    status = hash_compute2(HASH_SHA512, bytes_of(seed, DRBG_SEED_SIZE), noise, digest);
    if (status != DR_OK) {
        goto out;
    }
    mbedtls_ctr_drbg_init(&device.generator);
    device.material = digest;
    if (mbedtls_ctr_drbg_seed(&device.generator, take_material, NULL, NULL, 0) != 0) {
        mbedtls_ctr_drbg_free(&device.generator);
        status = DR_ERR_CRYPTO;
        goto out;
    }
    /* SP 800-90A allows 2^48 requests for one seed; past INT_MAX take_material() makes drbg_random() fail. */
    mbedtls_ctr_drbg_set_reseed_interval(&device.generator, INT_MAX);
    device.ready = true;
out:
    device.material = NULL;
    crypto_wipe(digest, sizeof digest);
    return status;
}

enum dr_status drbg_next_seed(uint8_t seed[DRBG_SEED_SIZE])
{
    /* Each request ends with an update of the state (SP 800-90A 10.2.1.5.1), which separates it from later output. */
    return drbg_random(seed, DRBG_SEED_SIZE);
}

enum dr_status drbg_mix(struct bytes contribution)
{
    uint8_t digest[HASH_MAX_SIZE];
    enum dr_status status;

    if (!device.ready) {
        return DR_ERR_STATE;
    }
    status = hash_compute(HASH_SHA512, contribution, digest);
    if (status == DR_OK && mbedtls_ctr_drbg_update(&device.generator, digest, SEED_MATERIAL_SIZE) != 0) {
        status = DR_ERR_CRYPTO;
    }
    crypto_wipe(digest, sizeof digest);
    return status;
}

enum dr_status drbg_random(uint8_t *out, size_t len)
{
    size_t part;

    if (!device.ready) {
        return DR_ERR_STATE;
    }
    for (; len > 0; out += part, len -= part) {
        part = len < MBEDTLS_CTR_DRBG_MAX_REQUEST ? len : MBEDTLS_CTR_DRBG_MAX_REQUEST;
        if (mbedtls_ctr_drbg_random(&device.generator, out, part) != 0) {
            return DR_ERR_CRYPTO;
        }
    }
    return DR_OK;
}

int drbg_mbedtls(void *unused, unsigned char *out, size_t len)
{
    (void)unused;
    return drbg_random(out, len) == DR_OK ? 0 : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
}

bool drbg_ready(void)
{
    return device.ready;
}
