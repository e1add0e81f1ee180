/* PACE's mapping of the nonce to a generator: generic, integrated, chip authentication (ICAO 9303-11 4.4.3.3). */
#include "crypto/drbg.h"
#include "crypto/memory.h"
#include "emrtd/pace.h"

/* 4.4.3.3.2: constants of 128 bits for 3DES and AES-128, of 256 bits for longer keys. */
static const uint8_t c0_128[] = {0xA6, 0x68, 0x89, 0x2A, 0x7C, 0x41, 0xE3, 0xCA,
                                 0x73, 0x9F, 0x40, 0xB0, 0x57, 0xD8, 0x59, 0x04};
static const uint8_t c1_128[] = {0xA4, 0xE1, 0x36, 0xAC, 0x72, 0x5F, 0x73, 0x8B,
                                 0x01, 0xC1, 0xF6, 0x02, 0x17, 0xC1, 0x88, 0xAD};
static const uint8_t c0_256[] = {0xD4, 0x63, 0xD6, 0x52, 0x34, 0x12, 0x4E, 0xF7, 0x89, 0x70, 0x54,
                                 0x98, 0x6D, 0xCA, 0x0A, 0x17, 0x4E, 0x28, 0xDF, 0x75, 0x8C, 0xBA,
                                 0xA0, 0x3F, 0x24, 0x06, 0x16, 0x41, 0x4D, 0x5A, 0x16, 0x76};
static const uint8_t c1_256[] = {0x54, 0xBD, 0x72, 0x55, 0xF0, 0xAA, 0xF8, 0x31, 0xBE, 0xC3, 0x42,
                                 0x3F, 0xCF, 0x39, 0xD6, 0x9B, 0x6C, 0xBF, 0x06, 0x66, 0x77, 0xD0,
                                 0xFA, 0xAE, 0x5A, 0xAD, 0xD9, 0x9D, 0xF8, 0xE5, 0x35, 0x17};

enum dr_status pace_pseudo_random(enum cipher_algorithm cipher, struct bytes s, const uint8_t *t, size_t field_bits,
                                  uint8_t *out, size_t *len)
{
    bool longer = cipher_key_size(cipher) > sizeof c0_128;
    const uint8_t *c0 = longer ? c0_256 : c0_128;
    const uint8_t *c1 = longer ? c1_256 : c1_128;
    size_t size = longer ? sizeof c0_256 : sizeof c0_128;         /* l */
    size_t count = (field_bits + 64 + 8 * size - 1) / (8 * size); /* n */
    uint8_t key[PACE_MAX_NONCE];
    enum dr_status status;
    size_t i;

    if (s.len != size || count * size > *len) {
        return DR_ERR_ARGUMENT;
    }
    /* k0 = E(t, s), x_i = E(k_(i-1), c1), k_i = E(k_(i-1), c0); of a key for AES-192 the first 24 octets count. */
    status = cipher_cbc_encrypt(cipher, t, NULL, s.data, size, key);
    for (i = 0; i < count && status == DR_OK; i++) {
        status = cipher_cbc_encrypt(cipher, key, NULL, c1, size, out + i * size);
        if (status == DR_OK) {
            status = cipher_cbc_encrypt(cipher, key, NULL, c0, size, key);
        }
    }
    *len = count * size;
    crypto_wipe(key, sizeof key);
    return status;
}

enum dr_status pace_mapping_data(struct pace *pace, struct bytes *data)
{
    size_t key_size = cipher_key_size(pace->info.cipher);
    enum dr_status status;

    if (pace->info.mapping == PACE_INTEGRATED) {
        *data = bytes_of(pace->t, key_size); /* as long as the key (4.4.3.3) */
        return pace->agreement.random(pace->agreement.random_ctx, pace->t, key_size) == 0 ? DR_OK : DR_ERR_CRYPTO;
    }
    pace->own_public_len = sizeof pace->own_public;
    status = agreement_generate(&pace->agreement, pace->own_public, &pace->own_public_len);
    *data = bytes_of(pace->own_public, pace->own_public_len);
    return status;
}

static enum dr_status map_integrated(struct pace *pace, struct bytes chip_data)
{
    size_t len = sizeof pace->scratch;
    enum dr_status status;

    if (chip_data.len != 0) { /* 4.4.5.2.2 */
        return DR_ERR_PROTOCOL;
    }
    status = pace_pseudo_random(pace->info.cipher, bytes_of(pace->nonce, pace->nonce_len), pace->t,
                                agreement_field_bits(&pace->agreement), pace->scratch, &len);
    if (status == DR_OK) {
        status = agreement_map_integrated(&pace->agreement, bytes_of(pace->scratch, len));
    }
    crypto_wipe(pace->scratch, sizeof pace->scratch);
    return status;
}

enum dr_status pace_map(struct pace *pace, struct bytes chip_data)
{
    if (pace->info.mapping == PACE_INTEGRATED) {
        return map_integrated(pace, chip_data);
    }
    if (bytes_equal(chip_data, bytes_of(pace->own_public, pace->own_public_len))) {
        return DR_ERR_PROTOCOL; /* our own key sent back */
    }
    if (pace->info.mapping == PACE_CHIP_AUTH) {
        if (chip_data.len > sizeof pace->chip_auth.mapping_key) {
            return DR_ERR_MALFORMED;
        }
        memcpy(pace->chip_auth.mapping_key, chip_data.data, chip_data.len);
        pace->chip_auth.mapping_key_len = (uint8_t)chip_data.len;
    }
    return agreement_map_generic(&pace->agreement, bytes_of(pace->nonce, pace->nonce_len), chip_data);
}
