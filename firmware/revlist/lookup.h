/* Exact look-up of a document in one edition: every block it reads is authenticated first. */
#ifndef DOCREV_REVLIST_LOOKUP_H
#define DOCREV_REVLIST_LOOKUP_H

#include "crypto/hardened.h"
#include "revlist/document.h"
#include "trust/block_tree.h"
#include "trust/manifest.h"

struct edition {
    struct manifest manifest;
    struct block_source source; /* the body */
};

/*
 * The top of the index of the editions looked at last, by their roots: with it a look-up is two block reads instead of three
 * in lists of more than some 800 blocks. Zeroed before its first use. What it remembers was authenticated: it must be memory
 * of its own, not lent to anything else between look-ups.
 */
#define EDITION_TOPS 2U
struct edition_tops {
    struct block_tree_top tops[EDITION_TOPS];
    uint8_t next; /* replaced next */
};

/* Working memory of a look-up, caller-owned, zeroed before its first use. */
struct edition_scratch {
    uint8_t block[BLOCK_TREE_BLOCK];
    struct edition_tops *tops; /* outlives the scratch; NULL: nothing is remembered */
};
_Static_assert(sizeof(struct edition_scratch) + sizeof(struct edition_tops) <= 10240, "a look-up must fit into 10 KB");

/*
 * The answer of a look-up. HARDENED_YES in `listed` with the record, HARDENED_YES in `absent`, or neither (status says why):
 * "not listed" is something that was proven, never the default.
 */
struct lookup_answer {
    hardened listed;
    hardened absent;
    struct document_record record;
    uint32_t blocks_read;
};

/* DR_OK exactly when one of listed and absent is HARDENED_YES. */
enum dr_status edition_lookup(const struct edition *edition, const struct document_id *id,
                              struct edition_scratch *scratch, struct lookup_answer *answer);

/*
 * Walks every entry in order and checks everything that can be wrong: hashes, shape, order over block borders, count.
 * `visit` (may be NULL) gets each entry; false stops with DR_ERR_STATE. *count gets the entries seen.
 */
typedef bool (*edition_visit)(void *ctx, struct bytes key, const struct document_record *record);
enum dr_status edition_walk(const struct edition *edition, struct edition_scratch *scratch, edition_visit visit,
                            void *ctx, uint64_t *count);

#endif
