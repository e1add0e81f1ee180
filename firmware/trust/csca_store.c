#include "trust/csca_store.h"

#include "codec/der.h"
#include "trust/algorithm.h"
#include "trust/store_leaf.h"

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

struct visit {
    csca_visit visit;
    void *ctx;
    uint32_t count;
};

static enum dr_status visit_anchor(void *ctx, struct bytes key, struct bytes value)
{
    struct visit *visit = (struct visit *)ctx;
    struct csca_anchor anchor;
    enum dr_status status = csca_anchor_read(value, &anchor);

    (void)key;
    if (status != DR_OK && status != DR_ERR_UNSUPPORTED) {
        return DR_ERR_CORRUPT;
    }
    visit->count++;
    return visit->visit(visit->ctx, &anchor) ? DR_OK : DR_ERR_NOT_FOUND;
}

enum dr_status csca_store_visit(const struct csca_store *store, const char *country, uint8_t block[BLOCK_TREE_BLOCK],
                                csca_visit visit, void *ctx, uint32_t *count)
{
    uint8_t prefix[STORE_PREFIX_MAX];
    struct visit state = {.visit = visit, .ctx = ctx};
    size_t len;
    enum dr_status status = DR_ERR_ARGUMENT;

    if (store_prefix(country, STORE_KIND_ANCHOR, prefix, &len)) {
        status = store_visit_prefix(store, bytes_of(prefix, len), block, visit_anchor, &state);
    }
    if (count != NULL) {
        *count = state.count;
    }
    return status;
}
