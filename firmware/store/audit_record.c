#include "store/audit_record.h"

#include "crypto/hkdf.h"
#include "crypto/memory.h"

#define LABEL_SALT "docrev audit salt"
#define LABEL_SEAL "docrev audit seal"
#define LABEL_NEXT "docrev audit next"

#define SALT_SIZE 16U
#define CHECK_SIZE 4U

enum { NUMBER_AT = 4, SALT_AT = 12, TAG_AT = AUDIT_PLAINTEXT_AT + AUDIT_PLAINTEXT, CHECK_AT = TAG_AT + AEAD_TAG_SIZE };
_Static_assert(SALT_AT + SALT_SIZE == AUDIT_PLAINTEXT_AT && CHECK_AT + CHECK_SIZE == AUDIT_SECTOR, "fills a sector");

static const uint8_t magic[NUMBER_AT] = {'D', 'R', 'A', 'U'};
static const uint8_t nonce_zero[AEAD_NONCE_SIZE];

const char *audit_kind_text(unsigned kind)
{
    static const char *const texts[AUDIT_KINDS] = {
        [AUDIT_SEGMENT] = "segment", [AUDIT_BOOT] = "boot",       [AUDIT_INSPECTION] = "inspection",
        [AUDIT_UPDATE] = "update",   [AUDIT_REFUSAL] = "refusal", [AUDIT_TIME] = "time",
    };

    return kind < AUDIT_KINDS ? texts[kind] : NULL;
}

void audit_record_write(const struct audit_record *record, uint8_t plaintext[AUDIT_PLAINTEXT])
{
    put_be64(plaintext, record->number);
    memcpy(plaintext + 8, record->before, HASH_SHA256_SIZE);
    plaintext[40] = record->kind;
    plaintext[41] = record->confirmed ? 1 : 0;
    put_be16(plaintext + 42, (uint16_t)record->detail.len);
    put_be64(plaintext + 44, (uint64_t)record->time);
    put_be64(plaintext + 52, record->first);
    put_be64(plaintext + 60, record->no_record);
    put_be64(plaintext + 68, record->advisory);
    put_be64(plaintext + 76, record->refer);
    put_be64(plaintext + 84, record->cannot_verify);
    put_be32(plaintext + 92, record->lost);
    memset(plaintext + AUDIT_DETAIL_AT + record->detail.len, 0, AUDIT_DETAIL_MAX - record->detail.len);
}

enum dr_status audit_record_read(const uint8_t plaintext[AUDIT_PLAINTEXT], struct audit_record *record)
{
    size_t len = get_be16(plaintext + 42);

    if (len > AUDIT_DETAIL_MAX || plaintext[41] > 1) {
        return DR_ERR_MALFORMED;
    }
    for (size_t i = AUDIT_DETAIL_AT + len; i < AUDIT_PLAINTEXT; i++) {
        if (plaintext[i] != 0) {
            return DR_ERR_MALFORMED;
        }
    }
    record->number = get_be64(plaintext);
    memcpy(record->before, plaintext + 8, HASH_SHA256_SIZE);
    record->kind = plaintext[40];
    record->confirmed = plaintext[41] == 1;
    record->time = (int64_t)get_be64(plaintext + 44);
    record->first = get_be64(plaintext + 52);
    record->no_record = get_be64(plaintext + 60);
    record->advisory = get_be64(plaintext + 68);
    record->refer = get_be64(plaintext + 76);
    record->cannot_verify = get_be64(plaintext + 84);
    record->lost = get_be32(plaintext + 92);
    record->detail = bytes_of(plaintext + AUDIT_DETAIL_AT, len);
    return DR_OK;
}

static enum dr_status derive(const uint8_t key[AEAD_KEY_SIZE], struct bytes salt, const char *label,
                             uint8_t out[AEAD_KEY_SIZE])
{
    return hkdf_sha256(bytes_of(key, AEAD_KEY_SIZE), salt, bytes_of(label, strlen(label)), out, AEAD_KEY_SIZE);
}

enum dr_status audit_next_key(uint8_t key[AEAD_KEY_SIZE])
{
    return derive(key, bytes_of(NULL, 0), LABEL_NEXT, key);
}

static enum dr_status check_of(const uint8_t sector[AUDIT_SECTOR], uint8_t digest[HASH_SHA256_SIZE])
{
    return hash_compute(HASH_SHA256, bytes_of(sector, CHECK_AT), digest);
}

enum dr_status audit_seal(const uint8_t key[AEAD_KEY_SIZE], uint64_t number, uint8_t sector[AUDIT_SECTOR])
{
    uint8_t derived[AEAD_KEY_SIZE], digest[HASH_SHA256_SIZE];
    enum dr_status status = derive(key, bytes_of(NULL, 0), LABEL_SALT, derived);

    memcpy(sector, magic, sizeof magic);
    put_be64(sector + NUMBER_AT, number);
    if (status == DR_OK) {
        status = hmac_sha256(bytes_of(derived, sizeof derived), bytes_of(sector + AUDIT_PLAINTEXT_AT, AUDIT_PLAINTEXT),
                             digest);
    }
    if (status == DR_OK) {
        memcpy(sector + SALT_AT, digest, SALT_SIZE);
        status = derive(key, bytes_of(sector + SALT_AT, SALT_SIZE), LABEL_SEAL, derived);
    }
    if (status == DR_OK) {
        status = aead_seal(derived, nonce_zero, bytes_of(sector, SALT_AT), sector + AUDIT_PLAINTEXT_AT, AUDIT_PLAINTEXT,
                           sector + TAG_AT);
    }
    if (status == DR_OK) {
        status = check_of(sector, digest);
    }
    if (status == DR_OK) {
        memcpy(sector + CHECK_AT, digest, CHECK_SIZE);
    }
    crypto_wipe(derived, sizeof derived);
    return status;
}

bool audit_sector_whole(const uint8_t sector[AUDIT_SECTOR], uint64_t *number)
{
    uint8_t digest[HASH_SHA256_SIZE];

    *number = get_be64(sector + NUMBER_AT);
    return memcmp(sector, magic, sizeof magic) == 0 && check_of(sector, digest) == DR_OK &&
           memcmp(sector + CHECK_AT, digest, CHECK_SIZE) == 0;
}

enum dr_status audit_open(const uint8_t key[AEAD_KEY_SIZE], uint64_t number, uint8_t sector[AUDIT_SECTOR])
{
    uint8_t derived[AEAD_KEY_SIZE];
    uint64_t stated;
    enum dr_status status;

    if (!audit_sector_whole(sector, &stated) || stated != number) {
        return DR_ERR_CORRUPT;
    }
    status = derive(key, bytes_of(sector + SALT_AT, SALT_SIZE), LABEL_SEAL, derived);
    if (status == DR_OK) {
        status = aead_open(derived, nonce_zero, bytes_of(sector, SALT_AT), sector + AUDIT_PLAINTEXT_AT, AUDIT_PLAINTEXT,
                           sector + TAG_AT);
    }
    crypto_wipe(derived, sizeof derived);
    return status;
}
