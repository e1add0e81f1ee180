#include "trust/csca_store.h"

#include "codec/der.h"
#include "trust/algorithm.h"

#define LEAF_HEAD 2U
#define RECORD_HEAD 2U

static enum dr_status read_octets(struct der_reader *reader, struct bytes *octets)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_OCTET_STRING, &item);

    if (status == DR_OK) {
        *octets = item.value;
    }
    return status;
}

enum dr_status csca_anchor_read(struct bytes value, struct csca_anchor *anchor)
{
    struct der_reader reader = der_reader_of(value);
    struct der_reader fields;
    struct der_reader spki;
    struct der_item item;
    enum dr_status status;

    memset(anchor, 0, sizeof *anchor);
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = der_time(&fields, &anchor->not_before)) != DR_OK ||
        (status = der_time(&fields, &anchor->not_after)) != DR_OK ||
        (status = read_octets(&fields, &anchor->subject_key_id)) != DR_OK ||
        (status = read_octets(&fields, &anchor->subject_hash)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    if (anchor->subject_hash.len != HASH_SHA256_SIZE) {
        return DR_ERR_MALFORMED;
    }
    anchor->spki = item.whole;
    spki = der_reader_of(item.whole);
    return algorithm_read_public_key(&spki, &anchor->key);
}

/* One record of a leaf at *offset. */
static enum dr_status next_record(const uint8_t *block, size_t *offset, struct bytes *key, struct bytes *value)
{
    size_t at = *offset;
    size_t record_len;
    size_t key_len;

    if (BLOCK_TREE_BLOCK - at < RECORD_HEAD + 1U) {
        return DR_ERR_CORRUPT;
    }
    record_len = get_be16(block + at);
    at += RECORD_HEAD;
    if (record_len < 1U || record_len > CSCA_RECORD_MAX || record_len > BLOCK_TREE_BLOCK - at) {
        return DR_ERR_CORRUPT;
    }
    key_len = block[at];
    if (key_len == 0 || key_len > CSCA_KEY_MAX || key_len > record_len - 1U) {
        return DR_ERR_CORRUPT;
    }
    *key = bytes_of(block + at + 1, key_len);
    *value = bytes_of(block + at + 1 + key_len, record_len - 1U - key_len);
    *offset = at + record_len;
    return DR_OK;
}

/* Upper case and the separator: what every key of the country begins with. */
static bool country_prefix(const char *country, uint8_t prefix[4], size_t *len)
{
    size_t i;

    for (i = 0; country[i] != '\0'; i++) {
        char c = country[i];
        if (c >= 'a' && c <= 'z') {
            c = (char)(c - ('a' - 'A'));
        }
        if (i == 3 || c < 'A' || c > 'Z') {
            return false;
        }
        prefix[i] = (uint8_t)c;
    }
    prefix[i] = 0;
    *len = i + 1;
    return i >= 2;
}

struct visit {
    struct bytes prefix;
    csca_visit visit;
    void *ctx;
    uint32_t count;
    bool done; /* nothing more to see: past the country, or the visitor has enough */
};

static enum dr_status visit_leaf(struct visit *visit, const uint8_t *block)
{
    uint16_t records = get_be16(block);
    size_t offset = LEAF_HEAD;
    struct csca_anchor anchor;
    struct bytes key;
    struct bytes value;
    enum dr_status status = DR_OK;

    for (uint16_t i = 0; i < records && status == DR_OK && !visit->done; i++) {
        status = next_record(block, &offset, &key, &value);
        if (status != DR_OK || block_tree_compare(key, visit->prefix) < 0) {
            continue;
        }
        if (key.len < visit->prefix.len || memcmp(key.data, visit->prefix.data, visit->prefix.len) != 0) {
            visit->done = true;
            break;
        }
        status = csca_anchor_read(value, &anchor);
        if (status != DR_OK && status != DR_ERR_UNSUPPORTED) {
            return DR_ERR_CORRUPT;
        }
        status = DR_OK;
        visit->count++;
        visit->done = !visit->visit(visit->ctx, &anchor);
    }
    return status;
}

enum dr_status csca_store_visit(const struct csca_store *store, const char *country, uint8_t block[BLOCK_TREE_BLOCK],
                                csca_visit visit, void *ctx, uint32_t *count)
{
    uint8_t prefix[4];
    struct visit state = {.visit = visit, .ctx = ctx};
    uint32_t leaf;
    enum dr_status status;

    if (!country_prefix(country, prefix, &state.prefix.len)) {
        status = DR_ERR_ARGUMENT;
        goto out;
    }
    state.prefix.data = prefix;
    status = block_tree_find(&store->source, store->root, state.prefix, block, &leaf, NULL);
    if (status == DR_ERR_NOT_FOUND) {
        /* Before the first separator, which may be longer than the prefix: the first leaf can still be the country's. */
        status = block_tree_first_leaf(&store->source, store->root, block, &leaf);
        if (status == DR_OK) {
            status = block_tree_leaf(&store->source, store->root, leaf, block);
        }
    }
    while (status == DR_OK) {
        status = visit_leaf(&state, block);
        if (status != DR_OK || state.done) {
            break;
        }
        leaf++; /* keys go on in the next leaf */
        status = block_tree_leaf(&store->source, store->root, leaf, block);
    }
    if (status == DR_ERR_NOT_FOUND) {
        status = DR_OK; /* past the last leaf, or a tree without any */
    }
out:
    if (count != NULL) {
        *count = state.count;
    }
    return status;
}
