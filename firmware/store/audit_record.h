/* One record of the audit log: its plaintext, and its seal. The device writes records, the oversight's tool reads them. */
#ifndef DOCREV_STORE_AUDIT_RECORD_H
#define DOCREV_STORE_AUDIT_RECORD_H

#include "codec/der_write.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "port/block.h"

/*
 * On the medium and in an export a record is one sector: "DRAU" (4), number u64, salt (16), ciphertext (464), tag (16), and
 * the first four octets of SHA-256 over what is before them, which tell a sector that is whole from one that is torn to
 * those who have no key any more. They authenticate nothing; the tag does.
 *
 * Sealed forward, in the manner of systemd's journal: each record has a key of its own, key[n + 1] = HKDF(key[n], "docrev
 * audit next"), and key[n] is forgotten once record n is written. Who takes the device later can neither read nor rewrite
 * what was recorded before; who has key[s] reads from s on. The ChaCha20-Poly1305 key is HKDF(key[n], salt, "docrev audit
 * seal"), where the salt is the HMAC of the plaintext (as the synthetic IV of RFC 5297): should record n be written twice,
 * since power was cut, then never under the same key and nonce unless it is the same plaintext.
 */
#define AUDIT_SECTOR PORT_SECTOR_SIZE
#define AUDIT_PLAINTEXT 464U
#define AUDIT_PLAINTEXT_AT 28U /* within the sector, where audit_seal wants it and audit_open leaves it */

/*
 * Plaintext (big-endian): number u64, SHA-256 of the plaintext before [32], kind u8, time confirmed u8, length of the detail
 * u16, time u64, number of the first record that the ring still has u64, counters of verdicts 4 x u64, records lost u32,
 * detail (DER), zeros.
 */
#define AUDIT_DETAIL_AT 96U
#define AUDIT_DETAIL_MAX (AUDIT_PLAINTEXT - AUDIT_DETAIL_AT)

enum audit_kind {
    AUDIT_SEGMENT = 1, /* a new oversight: OCTET STRING, SHA-256 of its SPKI */
    AUDIT_BOOT,        /* UTF8String: version of the firmware */
    AUDIT_INSPECTION,  /* struct audit_inspection */
    AUDIT_UPDATE,      /* struct audit_object: it is in force now */
    AUDIT_REFUSAL,     /* struct audit_refusal: a push or a time was refused */
    AUDIT_TIME,        /* struct audit_time: the clock was set */
    AUDIT_KINDS
};
/* "inspection", ...; NULL for numbers that are none. */
const char *audit_kind_text(unsigned kind);

struct audit_record {
    uint64_t number;
    uint8_t before[HASH_SHA256_SIZE];
    uint8_t kind;
    bool confirmed;
    int64_t time;
    uint64_t first; /* records before it had been overwritten */
    uint64_t no_record, advisory, refer, cannot_verify;
    uint32_t lost;
    struct bytes detail; /* a view into the plaintext */
};
/* The detail, of detail.len octets, is where it belongs already. */
void audit_record_write(const struct audit_record *record, uint8_t plaintext[AUDIT_PLAINTEXT]);
/* DR_ERR_MALFORMED: lengths, or what should be zeros is not. */
enum dr_status audit_record_read(const uint8_t plaintext[AUDIT_PLAINTEXT], struct audit_record *record);

/* Seals the plaintext in the sector, and fills in the rest. */
enum dr_status audit_seal(const uint8_t key[AEAD_KEY_SIZE], uint64_t number, uint8_t sector[AUDIT_SECTOR]);
/* Is it whole, and what number does it bear? */
bool audit_sector_whole(const uint8_t sector[AUDIT_SECTOR], uint64_t *number);
/* Opens it in place. DR_ERR_CORRUPT: another record, another key, altered. */
enum dr_status audit_open(const uint8_t key[AEAD_KEY_SIZE], uint64_t number, uint8_t sector[AUDIT_SECTOR]);
/* Goes on to the next record's key, in place; the old one is gone. */
enum dr_status audit_next_key(uint8_t key[AEAD_KEY_SIZE]);

#endif
