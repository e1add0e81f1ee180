/* Memory that holds secrets, and the fixed pool of mbedTLS. */
#ifndef DOCREV_CRYPTO_MEMORY_H
#define DOCREV_CRYPTO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Overwrites with zeros; never optimised away. */
void crypto_wipe(void *data, size_t len);

/* Constant time in the content; both have len bytes. */
bool crypto_equal(const void *a, const void *b, size_t len);

/*
 * Gives mbedTLS a fixed pool in place of malloc (board builds). The pool must outlive every use; call once at start.
 * On the host, where mbedTLS uses the C library's heap, this does nothing.
 */
void crypto_pool_init(uint8_t *pool, size_t size);

/* Most bytes of the pool ever in use at once, headers included; 0 on the host. */
size_t crypto_pool_high_water(void);

#endif
