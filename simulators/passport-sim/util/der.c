#include "util/der.h"

#include <openssl/objects.h>
#include <stdlib.h>
#include <string.h>

void der_oid(struct buffer *out, const char *dotted)
{
    ASN1_OBJECT *object = OBJ_txt2obj(dotted, 1);
    if (object == NULL) {
        die("%s: no object identifier", dotted);
    }
    tlv_append(out, 0x06, (struct slice){OBJ_get0_data(object), OBJ_length(object)});
    ASN1_OBJECT_free(object);
}

void der_integer(struct buffer *out, unsigned value)
{
    uint8_t octets[5] = {0, (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    size_t at = 0;
    while (at < 4 && octets[at] == 0 && octets[at + 1] < 0x80) {
        at++;
    }
    tlv_append(out, 0x02, (struct slice){octets + at, sizeof(octets) - at});
}

void der_wrap(struct buffer *out, uint32_t tag, struct buffer *content)
{
    tlv_append(out, tag, buffer_view(content));
    buffer_free(content);
}

struct buffer *der_set_add(struct der_set *set)
{
    if (set->count == DER_SET_MAX) {
        die("a SET OF has too many elements");
    }
    return &set->elements[set->count++];
}

static int compare(const void *left, const void *right)
{
    const struct buffer *a = left;
    const struct buffer *b = right;
    size_t common = a->len < b->len ? a->len : b->len;
    int order = common > 0 ? memcmp(a->data, b->data, common) : 0;
    return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

void der_set_write(struct der_set *set, uint32_t tag, bool sorted, struct buffer *out)
{
    struct buffer content = {0};
    if (sorted) {
        qsort(set->elements, set->count, sizeof(set->elements[0]), compare);
    }
    for (size_t i = 0; i < set->count; i++) {
        buffer_append(&content, set->elements[i].data, set->elements[i].len);
        buffer_free(&set->elements[i]);
    }
    set->count = 0;
    der_wrap(out, tag, &content);
}
