/* The signed manifest of a delta: which edition it starts from, and which one must result (docs/list-format.md, "Delta"). */
#ifndef DOCREV_TRUST_DELTA_MANIFEST_H
#define DOCREV_TRUST_DELTA_MANIFEST_H

#include "trust/manifest.h"

#define DELTA_MANIFEST_MAX_SIZE 384U

/*
 * DeltaManifest ::= SEQUENCE {
 *   version      INTEGER (1),
 *   baseNumber   INTEGER (1..MAX),            -- edition number of the edition it starts from
 *   baseRoot     OCTET STRING (SIZE (32)),    -- and its merkleRoot
 *   length       INTEGER (1..4294967295),     -- octets of the delta's body
 *   digest       OCTET STRING (SIZE (32)),    -- SHA-256 of them
 *   edition      Manifest,                    -- of the edition that results; its number is above baseNumber
 *   extensions   [0] EXPLICIT Extensions OPTIONAL
 * }
 */
struct delta_manifest {
    uint64_t base_number;
    uint8_t base_root[HASH_SHA256_SIZE];
    uint32_t length;
    uint8_t digest[HASH_SHA256_SIZE];
    struct manifest edition;
};

/* As manifest_read and manifest_write. */
enum dr_status delta_manifest_read(struct bytes der, struct delta_manifest *manifest);
enum dr_status delta_manifest_write(const struct delta_manifest *manifest, struct der_writer *writer);

/* DR_OK when the delta starts from this edition; DR_ERR_NOT_FOUND: it needs another (manifest->base_number). */
enum dr_status delta_manifest_check_base(const struct delta_manifest *manifest, const struct manifest *base);

#endif
