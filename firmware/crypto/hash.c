#include "crypto/hash.h"

static mbedtls_md_type_t md_type(enum hash_algorithm algorithm)
{
    switch (algorithm) {
    case HASH_SHA1:
        return MBEDTLS_MD_SHA1;
    case HASH_SHA224:
        return MBEDTLS_MD_SHA224;
    case HASH_SHA256:
        return MBEDTLS_MD_SHA256;
    case HASH_SHA384:
        return MBEDTLS_MD_SHA384;
    case HASH_SHA512:
        return MBEDTLS_MD_SHA512;
    case HASH_NONE:
        break;
    }
    return MBEDTLS_MD_NONE;
}

size_t hash_size(enum hash_algorithm algorithm)
{
    switch (algorithm) {
    case HASH_SHA1:
        return 20;
    case HASH_SHA224:
        return 28;
    case HASH_SHA256:
        return 32;
    case HASH_SHA384:
        return 48;
    case HASH_SHA512:
        return 64;
    case HASH_NONE:
        break;
    }
    return 0;
}

enum dr_status hash_begin(struct hash_context *context, enum hash_algorithm algorithm)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md_type(algorithm));

    mbedtls_md_init(&context->md);
    context->algorithm = algorithm;
    if (info == NULL) {
        return DR_ERR_UNSUPPORTED;
    }
    if (mbedtls_md_setup(&context->md, info, 0) != 0 || mbedtls_md_starts(&context->md) != 0) {
        return DR_ERR_CRYPTO;
    }
    return DR_OK;
}

enum dr_status hash_update(struct hash_context *context, struct bytes data)
{
    if (data.len == 0) {
        return DR_OK;
    }
    return mbedtls_md_update(&context->md, data.data, data.len) == 0 ? DR_OK : DR_ERR_CRYPTO;
}

enum dr_status hash_end(struct hash_context *context, uint8_t *digest)
{
    return mbedtls_md_finish(&context->md, digest) == 0 ? DR_OK : DR_ERR_CRYPTO;
}

void hash_free(struct hash_context *context)
{
    mbedtls_md_free(&context->md);
}

enum dr_status hash_compute(enum hash_algorithm algorithm, struct bytes data, uint8_t *digest)
{
    return hash_compute2(algorithm, data, bytes_of(NULL, 0), digest);
}

enum dr_status hash_compute2(enum hash_algorithm algorithm, struct bytes first, struct bytes second, uint8_t *digest)
{
    struct hash_context context;
    enum dr_status status;

    status = hash_begin(&context, algorithm);
    if (status != DR_OK) {
        goto out;
    }
    status = hash_update(&context, first);
    if (status != DR_OK) {
        goto out;
    }
    status = hash_update(&context, second);
    if (status != DR_OK) {
        goto out;
    }
    status = hash_end(&context, digest);
out:
    hash_free(&context);
    return status;
}
