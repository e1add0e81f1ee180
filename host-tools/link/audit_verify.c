/* The oversight's side: OpenSSL does the Diffie-Hellman, so that its key may be anywhere OpenSSL reaches. */
#include "crypto/memory.h"
#include "link/audit_export.h"
#include "signing/officer_key.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

static EVP_PKEY *peer_of(const uint8_t enc[HPKE_ENC_SIZE])
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    char group[] = "P-256";
    uint8_t point[HPKE_ENC_SIZE];
    OSSL_PARAM parameters[] = {OSSL_PARAM_utf8_string("group", group, sizeof group - 1),
                               OSSL_PARAM_octet_string("pub", point, sizeof point), OSSL_PARAM_END};

    memcpy(point, enc, sizeof point);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

static enum dr_status agree(const struct officer_key *oversight, const uint8_t enc[HPKE_ENC_SIZE],
                            uint8_t shared[EC_KEY_SIZE])
{
    EVP_PKEY *peer = peer_of(enc);
    EVP_PKEY_CTX *context = peer != NULL ? EVP_PKEY_CTX_new(oversight->private_key, NULL) : NULL;
    size_t len = EC_KEY_SIZE;
    bool done = context != NULL && EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, peer) == 1 &&
                EVP_PKEY_derive(context, shared, &len) == 1 && len == EC_KEY_SIZE;

    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(peer);
    return done ? DR_OK : DR_ERR_UNTRUSTED;
}

static enum dr_status unwrap(const struct audit_export *export, const struct officer_key *oversight,
                             uint8_t key[AEAD_KEY_SIZE])
{
    const struct public_key *public_key = &oversight->certificate.key;
    const uint8_t *enc = export->wrapped.data, *sealed = enc + HPKE_ENC_SIZE;
    uint8_t shared[EC_KEY_SIZE], info[AUDIT_INFO_SIZE];
    enum dr_status status = DR_ERR_UNTRUSTED;

    if (oversight->private_key != NULL && public_key->type == KEY_EC && public_key->curve == CURVE_P256) {
        status = agree(oversight, enc, shared);
    }
    if (status == DR_OK) {
        audit_info(export->receipt.device_id, export->segment, info);
        memcpy(key, sealed, AEAD_KEY_SIZE);
        status = hpke_open(shared, enc, public_key->ec_point, bytes_of(info, sizeof info), bytes_of(NULL, 0), key,
                           AEAD_KEY_SIZE, sealed + AEAD_KEY_SIZE);
        status = status == DR_OK ? DR_OK : DR_ERR_UNTRUSTED;
    }
    crypto_wipe(shared, sizeof shared);
    return status;
}

enum dr_status audit_export_verify(const struct audit_export *export, const struct officer_key *oversight,
                                   audit_export_visit visit, void *ctx, struct audit_findings *findings,
                                   const char **why)
{
    uint8_t key[AEAD_KEY_SIZE], sector[AUDIT_SECTOR], digest[HASH_SHA256_SIZE] = {0};
    uint64_t size = export->receipt.audit_size;
    struct audit_record record;
    bool linked = false; /* `digest` is that of the record before */
    enum dr_status status = unwrap(export, oversight, key);

    *findings = (struct audit_findings){.records = 0};
    if (status != DR_OK) {
        *why = "the log is not encrypted to this key";
        return status;
    }
    for (uint64_t number = export->segment; number < size && status == DR_OK; number++) {
        if (number >= export->first) {
            memcpy(sector, export->records.data + (size_t)(number - export->first) * AUDIT_SECTOR, AUDIT_SECTOR);
            if (audit_open(key, number, sector) != DR_OK ||
                audit_record_read(sector + AUDIT_PLAINTEXT_AT, &record) != DR_OK || record.number != number ||
                (linked && memcmp(record.before, digest, sizeof digest) != 0)) {
                findings->damaged++;
                linked = false;
            } else {
                status = hash_compute(HASH_SHA256, bytes_of(sector + AUDIT_PLAINTEXT_AT, AUDIT_PLAINTEXT), digest);
                linked = true;
                findings->records++;
                if (visit != NULL) {
                    visit(ctx, &record, digest);
                }
            }
        }
        if (status == DR_OK) {
            status = audit_next_key(key);
        }
    }
    crypto_wipe(key, sizeof key);
    crypto_wipe(sector, sizeof sector);
    if (status != DR_OK) {
        *why = "a primitive failed";
        return status;
    }
    findings->unread = export->first;
    findings->head_matches = linked && memcmp(digest, export->receipt.audit_head, sizeof digest) == 0;
    *why = findings->damaged > 0 ? "records are missing or were altered"
                                 : "the last record is not the one the device signed";
    return findings->damaged == 0 && findings->head_matches ? DR_OK : DR_ERR_CORRUPT;
}
