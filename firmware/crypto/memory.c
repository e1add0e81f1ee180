#include "crypto/memory.h"

#include <mbedtls/constant_time.h>
#include <mbedtls/platform_util.h>
#if defined(MBEDTLS_MEMORY_BUFFER_ALLOC_C)
#include <mbedtls/memory_buffer_alloc.h>
#endif

void crypto_wipe(void *data, size_t len)
{
    mbedtls_platform_zeroize(data, len);
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
    return mbedtls_ct_memcmp(a, b, len) == 0;
}

#if defined(MBEDTLS_MEMORY_BUFFER_ALLOC_C)

/* What mbedTLS's allocator keeps before each block; its own type is private (memory_buffer_alloc.c, memory_header). */
#define POOL_BLOCK_HEADER (8U * sizeof(size_t))

void crypto_pool_init(uint8_t *pool, size_t size)
{
    mbedtls_memory_buffer_alloc_init(pool, size);
}

size_t crypto_pool_high_water(void)
{
    size_t bytes = 0;
    size_t blocks = 0;

    mbedtls_memory_buffer_alloc_max_get(&bytes, &blocks);
    return bytes + blocks * POOL_BLOCK_HEADER;
}

#else

void crypto_pool_init(uint8_t *pool, size_t size)
{
    (void)pool;
    (void)size;
}

size_t crypto_pool_high_water(void)
{
    return 0;
}

#endif
