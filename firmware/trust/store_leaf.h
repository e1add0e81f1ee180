/* Records in the leaves of a trust store: walked in the order of their keys (trust/csca_store.h has the format). */
#ifndef DOCREV_TRUST_STORE_LEAF_H
#define DOCREV_TRUST_STORE_LEAF_H

#include "trust/csca_store.h"

/* The octet behind the country in every key. Never renumber. */
enum store_kind { STORE_KIND_ANCHOR = 0, STORE_KIND_CRL = 1, STORE_KIND_REVOKED = 2, STORE_KIND_DEVIATION = 3 };

#define STORE_PREFIX_MAX 4U

/* Country in upper case and the kind: what every key of that kind begins with. False unless it is 2 or 3 letters. */
bool store_prefix(const char *country, enum store_kind kind, uint8_t prefix[STORE_PREFIX_MAX], size_t *len);

/* A leaf being read; begin with count and offset from store_leaf_begin. */
struct store_leaf {
    const uint8_t *block;
    size_t offset;
    uint16_t left; /* records not yet taken */
};
struct store_leaf store_leaf_begin(const uint8_t block[BLOCK_TREE_BLOCK]);
/* DR_ERR_NOT_FOUND after the last record; DR_ERR_CORRUPT. */
enum dr_status store_leaf_next(struct store_leaf *leaf, struct bytes *key, struct bytes *value);

/* Calls `visit` for each record whose key begins with `prefix` until it returns something else than DR_OK; DR_ERR_NOT_FOUND
 * from it ends the walk well. DR_OK whether or not there were any. */
typedef enum dr_status (*store_visit)(void *ctx, struct bytes key, struct bytes value);
enum dr_status store_visit_prefix(const struct csca_store *store, struct bytes prefix, uint8_t block[BLOCK_TREE_BLOCK],
                                  store_visit visit, void *ctx);

#endif
