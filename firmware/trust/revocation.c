#include "trust/revocation.h"

#include "codec/der.h"
#include "crypto/hardened.h"
#include "trust/certificate.h"
#include "trust/store_leaf.h"

#define ISSUER_LEN 8U
#define COUNT_LEN 2U

const char *revocation_text(revocation value)
{
    return value == REVOCATION_REVOKED     ? "revoked"
           : value == REVOCATION_UNREVOKED ? "unrevoked"
           : value == REVOCATION_OUTDATED  ? "outdated"
                                           : "undetermined";
}

int revocation_compare(struct bytes a, struct bytes b)
{
    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return a.len == 0 ? 0 : memcmp(a.data, b.data, a.len);
}

/* The CRLs of the country, and what they say of the date. */
struct lists {
    uint8_t issuer_hash[HASH_SHA256_SIZE]; /* of the certificate */
    int64_t now;
    uint8_t issuers[REVOCATION_ISSUERS][ISSUER_LEN];
    unsigned count;
    unsigned own; /* index of the list under the certificate's own issuer name; REVOCATION_ISSUERS without one */
    bool own_current, any_current;
};

static enum dr_status read_head(struct bytes value, int64_t *next_update, struct bytes *issuer_hash)
{
    struct der_reader reader = der_reader_of(value);
    struct der_reader fields;
    struct der_item item;
    int64_t this_update;
    uint64_t count;
    enum dr_status status;

    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = der_time(&fields, &this_update)) != DR_OK || (status = der_time(&fields, next_update)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &item)) != DR_OK ||
        (status = der_uint64(&fields, &count)) != DR_OK) {
        return status;
    }
    *issuer_hash = item.value;
    return item.value.len == HASH_SHA256_SIZE ? der_finish(&fields) : DR_ERR_MALFORMED;
}

/* store_visit */
static enum dr_status note_list(void *ctx, struct bytes key, struct bytes value)
{
    struct lists *lists = (struct lists *)ctx;
    struct bytes issuer_hash;
    int64_t next_update;
    bool current;

    (void)key;
    if (lists->count == REVOCATION_ISSUERS || read_head(value, &next_update, &issuer_hash) != DR_OK) {
        return DR_ERR_CORRUPT;
    }
    current = lists->now <= next_update;
    lists->any_current = lists->any_current || current;
    if (bytes_equal(issuer_hash, bytes_of(lists->issuer_hash, sizeof lists->issuer_hash))) {
        lists->own = lists->count;
        lists->own_current = current;
    }
    memcpy(lists->issuers[lists->count++], issuer_hash.data, ISSUER_LEN);
    return DR_OK;
}

/* Walks the serials of one record: are they well-formed and is `serial` among them? The first stands in the key. */
static enum dr_status search_serials(struct bytes first, struct bytes value, struct bytes serial, hardened *listed)
{
    uint8_t current[REVOCATION_SERIAL_MAX];
    size_t len = first.len;
    size_t at = COUNT_LEN;
    uint16_t left;

    if (value.len < COUNT_LEN || first.len > sizeof current) {
        return DR_ERR_CORRUPT;
    }
    left = get_be16(value.data);
    memcpy(current, first.data, first.len);
    while (left > 0) {
        if (bytes_equal(bytes_of(current, len), serial)) {
            *listed = HARDENED_YES;
        }
        if (--left > 0) {
            size_t shared;
            size_t next_len;
            if (value.len - at < 2U) {
                return DR_ERR_CORRUPT;
            }
            next_len = value.data[at];
            shared = value.data[at + 1];
            at += 2U;
            if (next_len > sizeof current || shared > next_len || shared > len || next_len - shared > value.len - at) {
                return DR_ERR_CORRUPT;
            }
            memcpy(current + shared, value.data + at, next_len - shared);
            at += next_len - shared;
            len = next_len;
        }
    }
    return at == value.len ? DR_OK : DR_ERR_CORRUPT;
}

/* Looks for the serial in the list of this issuer. */
static enum dr_status search_list(const struct csca_store *store, const char *country, const uint8_t issuer[ISSUER_LEN],
                                  struct bytes serial, uint8_t block[BLOCK_TREE_BLOCK], hardened *listed)
{
    uint8_t wanted[CSCA_KEY_MAX];
    size_t prefix_len;
    struct store_leaf leaf;
    struct bytes key;
    struct bytes value;
    struct bytes best_key = {NULL, 0};
    struct bytes best_value = {NULL, 0};
    uint32_t leaf_number;
    enum dr_status status;

    if (serial.len > REVOCATION_SERIAL_MAX) {
        return DR_OK; /* no CRL with such a number is taken into a store */
    }
    if (!store_prefix(country, STORE_KIND_REVOKED, wanted, &prefix_len)) {
        return DR_ERR_ARGUMENT;
    }
    memcpy(wanted + prefix_len, issuer, ISSUER_LEN);
    prefix_len += ISSUER_LEN;
    wanted[prefix_len] = (uint8_t)serial.len;
    memcpy(wanted + prefix_len + 1, serial.data, serial.len);
    /* The list's head stands before it, so a leaf is found. */
    status = block_tree_find(&store->source, store->root, bytes_of(wanted, prefix_len + 1U + serial.len), block,
                             &leaf_number, NULL);
    if (status != DR_OK) {
        return status == DR_ERR_NOT_FOUND ? DR_ERR_CORRUPT : status;
    }
    leaf = store_leaf_begin(block);
    while ((status = store_leaf_next(&leaf, &key, &value)) == DR_OK &&
           block_tree_compare(key, bytes_of(wanted, prefix_len + 1U + serial.len)) <= 0) {
        best_key = key;
        best_value = value;
    }
    if (status != DR_OK && status != DR_ERR_NOT_FOUND) {
        return status;
    }
    if (best_key.len == 0) {
        return DR_ERR_CORRUPT; /* the leaf begins behind what it was found for: its separator is not its first key */
    }
    if (best_key.len < prefix_len + 1U || memcmp(best_key.data, wanted, prefix_len) != 0) {
        return DR_OK; /* all serials of this list are greater, or there are none */
    }
    if (best_key.data[prefix_len] != best_key.len - prefix_len - 1U) {
        return DR_ERR_CORRUPT;
    }
    return search_serials(bytes_of(best_key.data + prefix_len + 1, best_key.len - prefix_len - 1U), best_value, serial,
                          listed);
}

enum dr_status revocation_look_up(const struct csca_store *store, const char *country, struct bytes issuer,
                                  struct bytes serial, int64_t now, uint8_t block[BLOCK_TREE_BLOCK], revocation *result)
{
    struct lists lists = {.now = now, .own = REVOCATION_ISSUERS};
    uint8_t prefix[STORE_PREFIX_MAX];
    size_t prefix_len;
    hardened listed = HARDENED_NO;
    enum dr_status status;

    *result = REVOCATION_UNDETERMINED;
    if (!store_prefix(country, STORE_KIND_CRL, prefix, &prefix_len)) {
        return DR_ERR_ARGUMENT;
    }
    status = certificate_name_hash(issuer, lists.issuer_hash);
    if (status == DR_OK) {
        status = store_visit_prefix(store, bytes_of(prefix, prefix_len), block, note_list, &lists);
    }
    for (unsigned i = 0; status == DR_OK && i < lists.count; i++) {
        if (i == lists.own || !lists.own_current) {
            status = search_list(store, country, lists.issuers[i], crl_serial(serial), block, &listed);
        }
    }
    if (status != DR_OK) {
        return status;
    }
    if (listed != HARDENED_NO) {
        *result = REVOCATION_REVOKED;
    } else if (lists.count > 0) {
        bool current = lists.own < REVOCATION_ISSUERS ? lists.own_current : lists.any_current;
        *result = current ? REVOCATION_UNREVOKED : REVOCATION_OUTDATED;
    }
    return DR_OK;
}
