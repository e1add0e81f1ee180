#include "store/identity.h"

#include "codec/der_write.h"
#include "crypto/hkdf.h"
#include "crypto/memory.h"
#include "trust/algorithm.h"

#define LABEL "docrev device key"

static enum dr_status private_key(const struct store *store, uint8_t key[EC_KEY_SIZE])
{
    const struct store_identity *identity = &store->state.identity;
    uint8_t seed[EC_KEY_SEED_SIZE];
    enum dr_status status = hkdf_sha256(bytes_of(store->factory.device_secret, FACTORY_SECRET_SIZE),
                                        bytes_of(identity->salt, sizeof identity->salt),
                                        bytes_of(LABEL, sizeof LABEL - 1U), seed, sizeof seed);

    if (status == DR_OK) {
        status = ec_key_from_seed(seed, key);
    }
    crypto_wipe(seed, sizeof seed);
    return status;
}

enum dr_status identity_make(struct store *store)
{
    struct store_identity *identity = &store->state.identity;
    uint8_t key[EC_KEY_SIZE];
    enum dr_status status = drbg_random(identity->salt, sizeof identity->salt);

    if (status == DR_OK) {
        status = private_key(store, key);
    }
    if (status == DR_OK) {
        status = ec_key_public(key, identity->point);
    }
    crypto_wipe(key, sizeof key);
    return status;
}

enum dr_status identity_spki(const struct store *store, uint8_t spki[IDENTITY_SPKI_SIZE])
{
    const struct public_key key = {
        .type = KEY_EC, .curve = CURVE_P256, .ec_point = bytes_of(store->state.identity.point, EC_KEY_POINT_SIZE)};
    struct der_writer writer;
    size_t len = 0;
    enum dr_status status;

    der_write_begin(&writer, spki, IDENTITY_SPKI_SIZE);
    status = algorithm_write_public_key(&key, &writer);
    if (status == DR_OK) {
        status = der_write_finish(&writer, &len);
    }
    return status == DR_OK && len != IDENTITY_SPKI_SIZE ? DR_ERR_ARGUMENT : status;
}

enum dr_status identity_spki_sha256(const struct store *store, uint8_t digest[HASH_SHA256_SIZE])
{
    uint8_t spki[IDENTITY_SPKI_SIZE];
    enum dr_status status = identity_spki(store, spki);

    return status == DR_OK ? hash_compute(HASH_SHA256, bytes_of(spki, sizeof spki), digest) : status;
}

enum dr_status identity_sign(const struct store *store, const uint8_t digest[HASH_SHA256_SIZE],
                             uint8_t signature[EC_KEY_SIGNATURE_MAX], size_t *len)
{
    uint8_t key[EC_KEY_SIZE];
    enum dr_status status = store->mounted ? private_key(store, key) : DR_ERR_STATE;

    if (status == DR_OK) {
        status = ec_key_sign(key, digest, signature, len);
    }
    crypto_wipe(key, sizeof key);
    return status;
}
