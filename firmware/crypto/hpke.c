#include "crypto/hpke.h"

#include "crypto/hkdf.h"
#include "crypto/memory.h"

/* RFC 9180 7.1, 7.2, 7.3: identifiers of KEM, KDF and AEAD. */
static const uint8_t kem_suite[] = {'K', 'E', 'M', 0x00, 0x10};
static const uint8_t hpke_suite[] = {'H', 'P', 'K', 'E', 0x00, 0x10, 0x00, 0x01, 0x00, 0x03};

/* Length (2), "HPKE-v1" (7), suite (10), label (13), the longest part (two points), counter of HKDF-Expand (1). */
#define LABELED_MAX (2U + 7U + 10U + 13U + 2U * EC_KEY_POINT_SIZE + 1U)
#define CONTEXT_SIZE (1U + 2U * HASH_SHA256_SIZE)

struct labeled {
    uint8_t data[LABELED_MAX];
    size_t len;
    bool overflow;
};

static void add(struct labeled *labeled, const void *data, size_t len)
{
    if (len > sizeof labeled->data - labeled->len) {
        labeled->overflow = true;
        return;
    }
    if (len > 0) {
        memcpy(labeled->data + labeled->len, data, len);
    }
    labeled->len += len;
}

static enum dr_status mac(struct labeled *labeled, struct bytes key, uint8_t out[HASH_SHA256_SIZE])
{
    enum dr_status status =
        labeled->overflow ? DR_ERR_ARGUMENT : hmac_sha256(key, bytes_of(labeled->data, labeled->len), out);

    crypto_wipe(labeled, sizeof *labeled);
    return status;
}

/* RFC 9180 4, LabeledExtract. */
static enum dr_status extract(struct bytes suite, struct bytes salt, const char *label, struct bytes material,
                              uint8_t out[HASH_SHA256_SIZE])
{
    struct labeled labeled = {.len = 0};

    add(&labeled, "HPKE-v1", 7);
    add(&labeled, suite.data, suite.len);
    add(&labeled, label, strlen(label));
    add(&labeled, material.data, material.len);
    return mac(&labeled, salt, out);
}

/* RFC 9180 4, LabeledExpand, of at most one HMAC. */
static enum dr_status expand(struct bytes suite, const uint8_t key[HASH_SHA256_SIZE], const char *label,
                             struct bytes info, uint8_t *out, size_t len)
{
    const uint8_t counter = 1;
    uint8_t length[2], block[HASH_SHA256_SIZE];
    struct labeled labeled = {.len = 0};
    enum dr_status status;

    put_be16(length, (uint16_t)len);
    add(&labeled, length, sizeof length);
    add(&labeled, "HPKE-v1", 7);
    add(&labeled, suite.data, suite.len);
    add(&labeled, label, strlen(label));
    add(&labeled, info.data, info.len);
    add(&labeled, &counter, 1);
    status = mac(&labeled, bytes_of(key, HASH_SHA256_SIZE), block);
    if (status == DR_OK) {
        memcpy(out, block, len);
    }
    crypto_wipe(block, sizeof block);
    return status;
}

/* RFC 9180 4.1, ExtractAndExpand. */
static enum dr_status kem_secret(const uint8_t shared[EC_KEY_SIZE], const uint8_t enc[HPKE_ENC_SIZE],
                                 struct bytes recipient, uint8_t secret[HASH_SHA256_SIZE])
{
    const struct bytes suite = bytes_of(kem_suite, sizeof kem_suite);
    uint8_t context[2U * EC_KEY_POINT_SIZE];
    enum dr_status status;

    if (recipient.len != EC_KEY_POINT_SIZE) {
        return DR_ERR_MALFORMED;
    }
    memcpy(context, enc, HPKE_ENC_SIZE);
    memcpy(context + HPKE_ENC_SIZE, recipient.data, recipient.len);
    status = extract(suite, bytes_of(NULL, 0), "eae_prk", bytes_of(shared, EC_KEY_SIZE), secret);
    if (status == DR_OK) {
        status = expand(suite, secret, "shared_secret", bytes_of(context, sizeof context), secret, HASH_SHA256_SIZE);
    }
    return status;
}

/* RFC 9180 5.1, KeySchedule of mode_base. Overwrites `secret`. */
static enum dr_status schedule(uint8_t secret[HASH_SHA256_SIZE], struct bytes info, uint8_t key[AEAD_KEY_SIZE],
                               uint8_t nonce[AEAD_NONCE_SIZE])
{
    const struct bytes suite = bytes_of(hpke_suite, sizeof hpke_suite), nothing = bytes_of(NULL, 0);
    uint8_t context[CONTEXT_SIZE] = {0};
    const struct bytes view = bytes_of(context, sizeof context);
    enum dr_status status = extract(suite, nothing, "psk_id_hash", nothing, context + 1);

    if (status == DR_OK) {
        status = extract(suite, nothing, "info_hash", info, context + 1 + HASH_SHA256_SIZE);
    }
    if (status == DR_OK) {
        status = extract(suite, bytes_of(secret, HASH_SHA256_SIZE), "secret", nothing, secret);
    }
    if (status == DR_OK) {
        status = expand(suite, secret, "key", view, key, AEAD_KEY_SIZE);
    }
    if (status == DR_OK) {
        status = expand(suite, secret, "base_nonce", view, nonce, AEAD_NONCE_SIZE);
    }
    return status;
}

static enum dr_status keys(const uint8_t shared[EC_KEY_SIZE], const uint8_t enc[HPKE_ENC_SIZE], struct bytes recipient,
                           struct bytes info, uint8_t key[AEAD_KEY_SIZE], uint8_t nonce[AEAD_NONCE_SIZE])
{
    uint8_t secret[HASH_SHA256_SIZE];
    enum dr_status status = kem_secret(shared, enc, recipient, secret);

    if (status == DR_OK) {
        status = schedule(secret, info, key, nonce);
    }
    crypto_wipe(secret, sizeof secret);
    return status;
}

enum dr_status hpke_seal(const uint8_t ephemeral[EC_KEY_SIZE], struct bytes recipient, struct bytes info,
                         struct bytes associated, uint8_t *data, size_t len, uint8_t enc[HPKE_ENC_SIZE],
                         uint8_t tag[AEAD_TAG_SIZE])
{
    uint8_t shared[EC_KEY_SIZE], key[AEAD_KEY_SIZE], nonce[AEAD_NONCE_SIZE];
    enum dr_status status = ec_key_shared(ephemeral, recipient, shared);

    if (status == DR_OK) {
        status = ec_key_public(ephemeral, enc);
    }
    if (status == DR_OK) {
        status = keys(shared, enc, recipient, info, key, nonce);
    }
    if (status == DR_OK) {
        status = aead_seal(key, nonce, associated, data, len, tag);
    }
    crypto_wipe(shared, sizeof shared);
    crypto_wipe(key, sizeof key);
    return status;
}

enum dr_status hpke_open(const uint8_t shared[EC_KEY_SIZE], const uint8_t enc[HPKE_ENC_SIZE], struct bytes recipient,
                         struct bytes info, struct bytes associated, uint8_t *data, size_t len,
                         const uint8_t tag[AEAD_TAG_SIZE])
{
    uint8_t key[AEAD_KEY_SIZE], nonce[AEAD_NONCE_SIZE];
    enum dr_status status = keys(shared, enc, recipient, info, key, nonce);

    if (status == DR_OK) {
        status = aead_open(key, nonce, associated, data, len, tag);
    }
    crypto_wipe(key, sizeof key);
    return status;
}
