/* Small pieces of DER, written. */
#ifndef PASSPORT_SIM_UTIL_DER_H
#define PASSPORT_SIM_UTIL_DER_H

#include "util/tlv.h"

/* OBJECT IDENTIFIER from its dotted form. */
void der_oid(struct buffer *out, const char *dotted);
/* INTEGER, not negative. */
void der_integer(struct buffer *out, unsigned value);
/* Closes an object: `content` becomes the value in *out and is freed. */
void der_wrap(struct buffer *out, uint32_t tag, struct buffer *content);

/* Elements of a SET OF, kept apart until they are sorted (X.690 11.6). */
#define DER_SET_MAX 16U
struct der_set {
    struct buffer elements[DER_SET_MAX];
    size_t count;
};
/* A new, empty element to append to. */
struct buffer *der_set_add(struct der_set *set);
/* Appends the set under `tag`, sorted or as it came, and frees it. */
void der_set_write(struct der_set *set, uint32_t tag, bool sorted, struct buffer *out);

#endif
