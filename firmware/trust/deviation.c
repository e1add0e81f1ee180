#include "trust/deviation.h"

#include "codec/der.h"
#include "trust/crl.h"
#include "trust/store_leaf.h"

static enum dr_status read_octets(struct der_reader *reader, size_t max, struct bytes *octets)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_OCTET_STRING, &item);

    if (status == DR_OK) {
        *octets = item.value;
        status = item.value.len <= max ? DR_OK : DR_ERR_MALFORMED;
    }
    return status;
}

enum dr_status deviation_record_read(struct bytes value, struct deviation_record *deviation)
{
    struct der_reader reader = der_reader_of(value);
    struct der_reader fields;
    uint64_t kind;
    uint64_t parameter;
    uint64_t by;
    enum dr_status status;

    memset(deviation, 0, sizeof *deviation);
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = der_uint64(&fields, &kind)) != DR_OK || (status = der_uint64(&fields, &parameter)) != DR_OK ||
        (status = read_octets(&fields, 2, &deviation->document_type)) != DR_OK ||
        (status = der_uint64(&fields, &by)) != DR_OK ||
        (status = read_octets(&fields, DEVIATION_SIGNER_MAX, &deviation->signer)) != DR_OK ||
        (status = read_octets(&fields, CSCA_RECORD_MAX, &deviation->numbers)) != DR_OK) {
        return status;
    }
    if (kind >= DEVIATION_KINDS || parameter > UINT32_MAX || by > DEVIATION_BY_DIGEST) {
        return DR_ERR_MALFORMED;
    }
    deviation->kind = (enum deviation_kind)kind;
    deviation->parameter = (uint32_t)parameter;
    deviation->by = (enum deviation_signer)by;
    return der_finish(&fields);
}

/* Criteria are joined by AND (9303-12 10): one that cannot be compared does not hold. */
struct search {
    const struct deviation_document *document;
    uint8_t issuer_hash[HASH_SHA256_SIZE];
    bool has_issuer_hash;
    struct deviations *found;
};

static bool digest_is(struct bytes wanted, struct bytes certificate)
{
    static const enum hash_algorithm algorithms[] = {HASH_SHA1, HASH_SHA224, HASH_SHA256, HASH_SHA384, HASH_SHA512};
    uint8_t digest[HASH_MAX_SIZE];

    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        if (hash_size(algorithms[i]) == wanted.len && certificate.len > 0 &&
            hash_compute(algorithms[i], certificate, digest) == DR_OK) {
            return bytes_equal(bytes_of(digest, wanted.len), wanted);
        }
    }
    return false;
}

static bool is_signer(const struct search *search, const struct deviation_record *deviation)
{
    const struct certificate *signer = search->document->signer;

    switch (deviation->by) {
    case DEVIATION_ANY_SIGNER:
        return true;
    case DEVIATION_BY_SERIAL:
        return search->has_issuer_hash && deviation->signer.len > HASH_SHA256_SIZE &&
               memcmp(deviation->signer.data, search->issuer_hash, HASH_SHA256_SIZE) == 0 && signer->serial.len > 0 &&
               bytes_equal(crl_serial(signer->serial), bytes_of(deviation->signer.data + HASH_SHA256_SIZE,
                                                                deviation->signer.len - HASH_SHA256_SIZE));
    case DEVIATION_BY_KEY_ID:
        return deviation->signer.len > 0 && bytes_equal(signer->subject_key_id, deviation->signer);
    case DEVIATION_BY_DIGEST:
        return digest_is(deviation->signer, signer->whole);
    }
    return false;
}

static bool is_text(const char *text, struct bytes wanted)
{
    return text != NULL && strlen(text) == wanted.len && memcmp(text, wanted.data, wanted.len) == 0;
}

/* False as well when the record breaks its format. */
static bool has_number(struct bytes numbers, const char *number)
{
    size_t at = 0;

    while (number != NULL && at < numbers.len) {
        size_t len = numbers.data[at++];
        if (len > numbers.len - at) {
            return false;
        }
        if (is_text(number, bytes_of(numbers.data + at, len))) {
            return true;
        }
        at += len;
    }
    return false;
}

/* store_visit */
static enum dr_status note_deviation(void *ctx, struct bytes key, struct bytes value)
{
    struct search *search = (struct search *)ctx;
    struct deviation_record deviation;

    (void)key;
    if (deviation_record_read(value, &deviation) != DR_OK) {
        return DR_ERR_CORRUPT;
    }
    if ((deviation.document_type.len == 0 || is_text(search->document->document_code, deviation.document_type)) &&
        is_signer(search, &deviation) &&
        (deviation.numbers.len == 0 || has_number(deviation.numbers, search->document->number))) {
        search->found->parameters[deviation.kind] |= deviation.parameter;
    }
    return DR_OK;
}

enum dr_status deviation_look_up(const struct csca_store *store, const struct deviation_document *document,
                                 uint8_t block[BLOCK_TREE_BLOCK], struct deviations *found)
{
    struct search search = {.document = document, .found = found};
    uint8_t prefix[STORE_PREFIX_MAX];
    size_t len;
    enum dr_status status;

    memset(found, 0, sizeof *found);
    if (!store_prefix(document->signer->issuer_country, STORE_KIND_DEVIATION, prefix, &len)) {
        return DR_OK; /* no state, no list of its defects */
    }
    search.has_issuer_hash = document->signer->issuer.len > 0 &&
                             certificate_name_hash(document->signer->issuer, search.issuer_hash) == DR_OK;
    status = store_visit_prefix(store, bytes_of(prefix, len), block, note_deviation, &search);
    if (status != DR_OK) {
        memset(found, 0, sizeof *found);
    }
    return status;
}
