#include "seal_record.h"

#include "crypto/aead.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct seen {
    uint8_t key[16];       /* of SHA-256 over key and nonce */
    uint8_t plaintext[16]; /* of SHA-256 over associated data and plaintext */
};

static struct {
    struct seen *table; /* open addressing; all-zero keys are free places */
    size_t capacity, used, count, repeats;
} record;

enum dr_status __real_aead_seal(const uint8_t key[AEAD_KEY_SIZE], const uint8_t nonce[AEAD_NONCE_SIZE],
                                struct bytes associated, uint8_t *data, size_t len, uint8_t tag[AEAD_TAG_SIZE]);
enum dr_status __wrap_aead_seal(const uint8_t key[AEAD_KEY_SIZE], const uint8_t nonce[AEAD_NONCE_SIZE],
                                struct bytes associated, uint8_t *data, size_t len, uint8_t tag[AEAD_TAG_SIZE]);

static struct seen *place_of(const uint8_t key[16])
{
    static const uint8_t free_place[16];
    size_t at = (size_t)get_be64(key) % record.capacity;

    while (memcmp(record.table[at].key, free_place, 16) != 0 && memcmp(record.table[at].key, key, 16) != 0) {
        at = (at + 1U) % record.capacity;
    }
    return &record.table[at];
}

static void grow(void)
{
    struct seen *old = record.table;
    size_t old_capacity = record.capacity;
    static const uint8_t free_place[16];

    record.capacity = old_capacity == 0 ? 4096U : old_capacity * 2U;
    record.table = calloc(record.capacity, sizeof *record.table);
    if (record.table == NULL) {
        abort();
    }
    for (size_t i = 0; i < old_capacity; i++) {
        if (memcmp(old[i].key, free_place, 16) != 0) {
            *place_of(old[i].key) = old[i];
        }
    }
    free(old);
}

/* By OpenSSL, which is quicker than the small code of the firmware. */
static void digest_of(struct bytes first, struct bytes second, uint8_t digest[EVP_MAX_MD_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1 || EVP_DigestUpdate(context, first.data, first.len) != 1 ||
        EVP_DigestUpdate(context, second.data, second.len) != 1 || EVP_DigestFinal_ex(context, digest, NULL) != 1) {
        abort();
    }
    EVP_MD_CTX_free(context);
}

enum dr_status __wrap_aead_seal(const uint8_t key[AEAD_KEY_SIZE], const uint8_t nonce[AEAD_NONCE_SIZE],
                                struct bytes associated, uint8_t *data, size_t len, uint8_t tag[AEAD_TAG_SIZE])
{
    uint8_t key_digest[EVP_MAX_MD_SIZE], data_digest[EVP_MAX_MD_SIZE];
    struct seen *seen;

    digest_of(bytes_of(key, AEAD_KEY_SIZE), bytes_of(nonce, AEAD_NONCE_SIZE), key_digest);
    digest_of(associated, bytes_of(data, len), data_digest);
    if (record.used * 2U >= record.capacity) {
        grow();
    }
    record.count++;
    seen = place_of(key_digest);
    if (memcmp(seen->key, key_digest, 16) != 0) {
        memcpy(seen->key, key_digest, 16);
        memcpy(seen->plaintext, data_digest, 16);
        record.used++;
    } else if (memcmp(seen->plaintext, data_digest, 16) != 0) {
        record.repeats++;
    }
    return __real_aead_seal(key, nonce, associated, data, len, tag);
}

void seal_record_reset(void)
{
    free(record.table);
    memset(&record, 0, sizeof record);
}

size_t seal_record_count(void)
{
    return record.count;
}

size_t seal_record_repeats(void)
{
    return record.repeats;
}
