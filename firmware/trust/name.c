#include "trust/name.h"

#include "crypto/hash.h"
#include "trust/certificate.h"
#include "trust/csca_store.h"

#define TELETEX_STRING 0x14U

static const uint8_t oid_country[] = {0x55, 0x04, 0x06};

/* Walks Name ::= SEQUENCE OF SET OF SEQUENCE { type, value }. */
struct name_walk {
    struct der_reader names;
    struct der_reader attributes; /* of the current RelativeDistinguishedName */
};

struct name_attribute {
    bool first_of_set;
    struct der_item type;
    struct der_item value;
};

static enum dr_status walk_begin(struct name_walk *walk, struct bytes name)
{
    struct der_reader reader = der_reader_of(name);
    enum dr_status status = der_enter(&reader, DER_SEQUENCE, &walk->names);

    walk->attributes = der_reader_of(bytes_of(NULL, 0));
    return status == DR_OK ? der_finish(&reader) : status;
}

/* DR_ERR_NOT_FOUND after the last one. */
static enum dr_status walk_next(struct name_walk *walk, struct name_attribute *attribute)
{
    struct der_reader fields;
    enum dr_status status;

    attribute->first_of_set = der_at_end(&walk->attributes);
    if (attribute->first_of_set) {
        if (der_at_end(&walk->names)) {
            return DR_ERR_NOT_FOUND;
        }
        status = der_enter(&walk->names, DER_SET, &walk->attributes);
        if (status != DR_OK) {
            return status;
        }
    }
    if ((status = der_enter(&walk->attributes, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = der_expect(&fields, DER_OID, &attribute->type)) != DR_OK ||
        (status = der_next(&fields, &attribute->value)) != DR_OK) {
        return status;
    }
    return der_finish(&fields);
}

static uint8_t fold_case(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static void read_country(struct bytes text, char country[4])
{
    size_t i;

    country[0] = '\0';
    if (text.len != 2 && text.len != 3) {
        return;
    }
    for (i = 0; i < text.len; i++) {
        uint8_t c = fold_case(text.data[i]);
        if (c < 'a' || c > 'z') {
            country[0] = '\0';
            return;
        }
        country[i] = (char)(c - ('a' - 'A'));
    }
    country[i] = '\0';
}

enum dr_status name_country(struct bytes name, char country[4])
{
    struct name_walk walk;
    struct name_attribute attribute;
    enum dr_status status;
    bool found = false;

    country[0] = '\0';
    status = walk_begin(&walk, name);
    while (status == DR_OK) {
        status = walk_next(&walk, &attribute);
        if (status == DR_OK && !found && bytes_equal(attribute.type.value, bytes_of(oid_country, sizeof oid_country))) {
            read_country(attribute.value.value, country);
            found = true;
        }
    }
    return status == DR_ERR_NOT_FOUND ? DR_OK : status;
}

enum dr_status name_read(struct der_reader *reader, struct bytes *name, char country[4])
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_SEQUENCE, &item);

    if (status != DR_OK) {
        return status;
    }
    *name = item.whole;
    return name_country(item.whole, country);
}

static bool is_text(uint8_t tag)
{
    return tag == DER_UTF8_STRING || tag == DER_PRINTABLE_STRING || tag == DER_IA5_STRING || tag == TELETEX_STRING;
}

/* Text without outer spaces, inner runs of them as one, ASCII in lower case, then a zero octet that ends it. */
static enum dr_status hash_folded(struct hash_context *context, struct bytes text)
{
    uint8_t chunk[32];
    size_t used = 0;
    bool space = false;
    bool started = false;
    enum dr_status status = DR_OK;

    for (size_t i = 0; i < text.len && status == DR_OK; i++) {
        uint8_t c = text.data[i];
        if (c == '\0') {
            return DR_ERR_MALFORMED; /* would make two names look alike */
        }
        if (c == ' ') {
            space = started;
            continue;
        }
        if (used + 2U > sizeof chunk) {
            status = hash_update(context, bytes_of(chunk, used));
            used = 0;
        }
        if (space) {
            chunk[used++] = ' ';
            space = false;
        }
        chunk[used++] = fold_case(c);
        started = true;
    }
    if (status == DR_OK) {
        status = hash_update(context, bytes_of(chunk, used));
    }
    chunk[0] = '\0';
    return status == DR_OK ? hash_update(context, bytes_of(chunk, 1)) : status;
}

/* The hash's input is unambiguous: 31 opens a set, types and foreign values are whole DER, 0C goes before folded text. */
static enum dr_status hash_attribute(struct hash_context *context, const struct name_attribute *attribute)
{
    static const uint8_t set_mark = DER_SET;
    static const uint8_t text_mark = DER_UTF8_STRING;
    enum dr_status status = DR_OK;

    if (attribute->first_of_set) {
        status = hash_update(context, bytes_of(&set_mark, 1));
    }
    if (status == DR_OK) {
        status = hash_update(context, attribute->type.whole);
    }
    if (status != DR_OK) {
        return status;
    }
    if (!is_text(attribute->value.tag)) {
        return hash_update(context, attribute->value.whole);
    }
    status = hash_update(context, bytes_of(&text_mark, 1));
    return status == DR_OK ? hash_folded(context, attribute->value.value) : status;
}

enum dr_status certificate_name_hash(struct bytes name, uint8_t digest[HASH_SHA256_SIZE])
{
    struct hash_context context;
    struct name_walk walk;
    struct name_attribute attribute;
    enum dr_status status = hash_begin(&context, HASH_SHA256);

    if (status == DR_OK) {
        status = walk_begin(&walk, name);
    }
    while (status == DR_OK) {
        status = walk_next(&walk, &attribute);
        if (status == DR_OK) {
            status = hash_attribute(&context, &attribute);
        }
    }
    if (status == DR_ERR_NOT_FOUND) {
        status = hash_end(&context, digest);
    }
    hash_free(&context);
    return status;
}

bool certificate_name_equal(struct bytes a, struct bytes b)
{
    uint8_t hash_a[HASH_SHA256_SIZE];
    uint8_t hash_b[HASH_SHA256_SIZE];

    if (bytes_equal(a, b)) {
        return true;
    }
    return certificate_name_hash(a, hash_a) == DR_OK && certificate_name_hash(b, hash_b) == DR_OK &&
           memcmp(hash_a, hash_b, sizeof hash_a) == 0;
}
