/* Trust stores in memory for tests: one block, or several leaves under a root written out by hand. */
#ifndef DOCREV_TESTS_TRUST_STORE_OF_H
#define DOCREV_TESTS_TRUST_STORE_OF_H

#include "fixture.h"

#include "trust/certificate.h"
#include "trust/csca_store.h"

#define STORE_MAX_BLOCKS 8U

struct memory_store {
    uint8_t blocks[STORE_MAX_BLOCKS][BLOCK_TREE_BLOCK];
    size_t used; /* of the leaf being filled */
    struct csca_store store;
};

static inline enum dr_status memory_read(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    const struct memory_store *memory = ctx;

    if (block >= memory->store.source.block_count) {
        return DR_ERR_ARGUMENT;
    }
    memcpy(data, memory->blocks[block], BLOCK_TREE_BLOCK);
    return DR_OK;
}

/* Appends a record; false when the leaf is full. */
static inline bool leaf_add_record(uint8_t *block, const uint8_t *record, size_t len)
{
    size_t at = 2;
    uint16_t count = get_be16(block);

    for (uint16_t i = 0; i < count; i++) {
        at += 2U + get_be16(block + at);
    }
    if (at + 2 + len > BLOCK_TREE_BLOCK) {
        return false;
    }
    put_be16(block + at, (uint16_t)len);
    memcpy(block + at + 2, record, len);
    put_be16(block, (uint16_t)(count + 1U));
    return true;
}

static inline void leaf_add(uint8_t *block, struct bytes certificate_der)
{
    struct certificate certificate;
    uint8_t record[CSCA_RECORD_MAX];
    size_t len;

    assert_int_equal(certificate_read(certificate_der, &certificate), DR_OK);
    assert_int_equal(csca_record_write(&certificate, record, &len), DR_OK);
    assert_true(leaf_add_record(block, record, len));
}

/* Seals a store of one block: the block is the only leaf. */
static inline void store_seal_single(struct memory_store *memory)
{
    memory->store.source = (struct block_source){.ctx = memory, .read = memory_read, .block_count = 1};
    assert_int_equal(hash_compute(HASH_SHA256, bytes_of(memory->blocks[0], BLOCK_TREE_BLOCK), memory->store.root),
                     DR_OK);
}

/* Writes block 0 over leaves 1..count, with these separators (block_tree.h). */
static inline void store_seal(struct memory_store *memory, uint32_t count, const struct bytes *separators)
{
    uint8_t *root = memory->blocks[0];
    size_t at = 18;

    memset(root, 0, BLOCK_TREE_BLOCK);
    root[0] = 1;
    root[1] = 1;
    put_be16(root + 2, (uint16_t)count);
    put_be32(root + 4, count);
    put_be32(root + 8, 0);
    put_be16(root + 12, (uint16_t)count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(hash_compute(HASH_SHA256, bytes_of(memory->blocks[1 + i], BLOCK_TREE_BLOCK), root + at),
                         DR_OK);
        at += HASH_SHA256_SIZE;
    }
    for (uint32_t i = 0; i < count; i++) {
        size_t shared = 0, rest;
        while (i > 0 && shared < separators[i].len && shared < separators[i - 1].len &&
               separators[i].data[shared] == separators[i - 1].data[shared]) {
            shared++;
        }
        rest = separators[i].len - shared;
        root[at] = (uint8_t)shared;
        root[at + 1] = (uint8_t)rest;
        memcpy(root + at + 2, separators[i].data + shared, rest);
        at += 2U + rest;
    }
    store_seal_single(memory);
    memory->store.source.block_count = 1 + count;
}

#endif
