/* Proves that an edition says what it was built from, through the firmware's own reader. */
#ifndef DOCREV_BUILDER_EDITION_PROOF_H
#define DOCREV_BUILDER_EDITION_PROOF_H

#include "builder/list_builder.h"
#include "revlist/leaf.h"
#include "revlist/lookup.h"

/* A body in a file, as a block source; `body` is the context, flushed before. Several threads may read from it at once. */
struct block_source file_block_source(FILE *body, uint32_t block_count);

/* Digest over a sequence of entries, one after the other. */
struct entry_digest {
    struct hash_context hash;
    uint64_t count;
    size_t fill;
    uint8_t buffer[4096];
};
enum dr_status entry_digest_begin(struct entry_digest *digest);
enum dr_status entry_digest_add(struct entry_digest *digest, struct bytes key, const struct document_record *record);
enum dr_status entry_digest_end(struct entry_digest *digest, uint8_t value[HASH_SHA256_SIZE]);

/*
 * Walks `edition` and compares digest and count with what was to be listed. Beside it, in threads of its own, every leaf is
 * gone through once more: its first and last entry are looked up through the index, which proves that the separators lead
 * there with everything between, and all its entries are looked up in the leaf when there are no more than LIST_PROOF_ALL in
 * the edition (else every LIST_PROOF_STEP-th). DR_ERR_CORRUPT when anything differs. *looked_up gets the number of look-ups.
 */
enum dr_status edition_prove(const struct edition *edition, const uint8_t expected[HASH_SHA256_SIZE], uint64_t count,
                             const struct list_builder_options *options, uint64_t *looked_up);

#endif
