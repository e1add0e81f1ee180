/* The trust store's leaves, anchors and CRLs: the input is a block whose hash is right, so that only the records' form protects. */
#include "trust/revocation.h"

#include <stdlib.h>

static uint8_t leaf[BLOCK_TREE_BLOCK];

static enum dr_status read_leaf(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx;
    (void)block;
    memcpy(data, leaf, sizeof leaf);
    return DR_OK;
}

static bool look(void *ctx, const struct csca_anchor *anchor)
{
    uint32_t *count = ctx;

    if (anchor->subject_hash.len != HASH_SHA256_SIZE || anchor->spki.len == 0) {
        abort();
    }
    (*count)++;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t block[BLOCK_TREE_BLOCK];
    struct csca_store store = {.source = {.read = read_leaf, .block_count = 1}};
    uint32_t visited = 0;
    uint32_t count = 0;

    memset(leaf, 0, sizeof leaf);
    memcpy(leaf, data, size < sizeof leaf ? size : sizeof leaf);
    if (hash_compute(HASH_SHA256, bytes_of(leaf, sizeof leaf), store.root) != DR_OK) {
        return 0;
    }
    (void)csca_store_visit(&store, "UT", block, look, &visited, &count);
    if (visited != count) {
        abort();
    }
    {
        static const uint8_t name[] = {0x30, 0x0D, 0x31, 0x0B, 0x30, 0x09, 0x06, 0x03,
                                       0x55, 0x04, 0x06, 0x13, 0x02, 'U',  'T'};
        const struct bytes serial = bytes_of(data + size / 2, size / 2 < 20 ? size / 2 : 20);
        revocation found = 0;
        enum dr_status status =
            revocation_look_up(&store, "UT", bytes_of(name, sizeof name), serial, 1735689600, block, &found);
        if (status != DR_OK ? found != REVOCATION_UNDETERMINED
                            : found != REVOCATION_UNDETERMINED && found != REVOCATION_OUTDATED &&
                                  found != REVOCATION_UNREVOKED && found != REVOCATION_REVOKED) {
            abort();
        }
    }
    return 0;
}
