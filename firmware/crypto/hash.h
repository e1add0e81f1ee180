/* Hash functions of ICAO 9303 and CMS: SHA-1 and SHA-2. MD5 is not among them. */
#ifndef DOCREV_CRYPTO_HASH_H
#define DOCREV_CRYPTO_HASH_H

#include "codec/bytes.h"
#include "port/status.h"

#include <mbedtls/md.h>

enum hash_algorithm { HASH_NONE = 0, HASH_SHA1, HASH_SHA224, HASH_SHA256, HASH_SHA384, HASH_SHA512 };

#define HASH_MAX_SIZE 64U
#define HASH_SHA256_SIZE 32U

/* Digest length in bytes; 0 for HASH_NONE. */
size_t hash_size(enum hash_algorithm algorithm);

/* Stack-allocatable; hash_free after hash_begin on every path. */
struct hash_context {
    mbedtls_md_context_t md;
    enum hash_algorithm algorithm;
};
enum dr_status hash_begin(struct hash_context *context, enum hash_algorithm algorithm);
enum dr_status hash_update(struct hash_context *context, struct bytes data);
/* Writes hash_size() bytes. */
enum dr_status hash_end(struct hash_context *context, uint8_t *digest);
void hash_free(struct hash_context *context);

/* In one go, over up to two pieces (second may be empty). */
enum dr_status hash_compute(enum hash_algorithm algorithm, struct bytes data, uint8_t *digest);
enum dr_status hash_compute2(enum hash_algorithm algorithm, struct bytes first, struct bytes second, uint8_t *digest);

#endif
