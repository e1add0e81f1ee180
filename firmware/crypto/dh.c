#include "crypto/dh.h"

#include "crypto/drbg.h"

/* Bits of a private value where the order of the generator is not known: twice the strength of a 2,048-bit field. */
#define PRIVATE_VALUE_BITS 256U

/* 2..p-2: neither of the elements whose powers anybody knows. */
static bool in_range(const struct dh *dh, const mbedtls_mpi *value)
{
    mbedtls_mpi limit;
    bool inside;

    mbedtls_mpi_init(&limit);
    inside = mbedtls_mpi_sub_int(&limit, &dh->p, 1) == 0 && mbedtls_mpi_cmp_int(value, 2) >= 0 &&
             mbedtls_mpi_cmp_mpi(value, &limit) < 0;
    mbedtls_mpi_free(&limit);
    return inside;
}

enum dr_status dh_begin(struct dh *dh, const struct dh_group *group)
{
    mbedtls_mpi_init(&dh->p);
    mbedtls_mpi_init(&dh->q);
    mbedtls_mpi_init(&dh->generator);
    mbedtls_mpi_init(&dh->secret);
    dh->size = group->p.len;
    if (group->p.len < DH_MIN_SIZE || group->p.len > DH_MAX_SIZE) {
        return DR_ERR_UNSUPPORTED;
    }
    if (group->p.data[0] == 0 || (group->p.data[group->p.len - 1] & 1) == 0 || group->g.len > group->p.len ||
        group->q.len > group->p.len) {
        return DR_ERR_MALFORMED;
    }
    if (mbedtls_mpi_read_binary(&dh->p, group->p.data, group->p.len) != 0 ||
        mbedtls_mpi_read_binary(&dh->generator, group->g.data, group->g.len) != 0 ||
        (group->q.len > 0 && mbedtls_mpi_read_binary(&dh->q, group->q.data, group->q.len) != 0)) {
        return DR_ERR_CRYPTO;
    }
    return in_range(dh, &dh->generator) && mbedtls_mpi_cmp_mpi(&dh->q, &dh->p) < 0 ? DR_OK : DR_ERR_MALFORMED;
}

void dh_end(struct dh *dh)
{
    mbedtls_mpi_free(&dh->secret);
    mbedtls_mpi_free(&dh->generator);
    mbedtls_mpi_free(&dh->q);
    mbedtls_mpi_free(&dh->p);
}

static enum dr_status generate_secret(struct dh *dh, agree_random random, void *random_ctx)
{
    mbedtls_mpi limit;
    enum dr_status status = DR_ERR_CRYPTO;

    mbedtls_mpi_init(&limit);
    if (mbedtls_mpi_cmp_int(&dh->q, 0) != 0) {
        status = mbedtls_mpi_random(&dh->secret, 1, &dh->q, random, random_ctx) == 0 ? DR_OK : DR_ERR_CRYPTO;
    } else if (mbedtls_mpi_set_bit(&limit, PRIVATE_VALUE_BITS, 1) == 0 &&
               mbedtls_mpi_random(&dh->secret, 2, &limit, random, random_ctx) == 0) {
        status = DR_OK;
    }
    mbedtls_mpi_free(&limit);
    return status;
}

enum dr_status dh_generate(struct dh *dh, agree_random random, void *random_ctx, uint8_t *out, size_t *len)
{
    mbedtls_mpi value;
    enum dr_status status;

    mbedtls_mpi_init(&value);
    status = generate_secret(dh, random, random_ctx);
    if (status == DR_OK && mbedtls_mpi_exp_mod(&value, &dh->generator, &dh->secret, &dh->p, NULL) != 0) {
        status = DR_ERR_CRYPTO;
    }
    if (status == DR_OK && mbedtls_mpi_size(&value) > *len) {
        status = DR_ERR_NO_SPACE;
    }
    if (status == DR_OK) {
        *len = mbedtls_mpi_size(&value);
        status = mbedtls_mpi_write_binary(&value, out, *len) == 0 ? DR_OK : DR_ERR_CRYPTO;
    }
    mbedtls_mpi_free(&value);
    return status;
}

/* RFC 2631 2.1.5: against small subgroups. */
static enum dr_status read_peer(const struct dh *dh, struct bytes peer, mbedtls_mpi *value)
{
    mbedtls_mpi power;
    enum dr_status status = DR_ERR_CRYPTO;

    mbedtls_mpi_init(&power);
    if (peer.len > dh->size) {
        status = DR_ERR_MALFORMED;
        goto out;
    }
    if (mbedtls_mpi_read_binary(value, peer.data, peer.len) != 0) {
        goto out;
    }
    if (!in_range(dh, value)) {
        status = DR_ERR_MALFORMED;
        goto out;
    }
    if (mbedtls_mpi_cmp_int(&dh->q, 0) != 0) {
        if (mbedtls_mpi_exp_mod(&power, value, &dh->q, &dh->p, NULL) != 0) {
            goto out;
        }
        if (mbedtls_mpi_cmp_int(&power, 1) != 0) {
            status = DR_ERR_MALFORMED;
            goto out;
        }
    }
    status = DR_OK;
out:
    mbedtls_mpi_free(&power);
    return status;
}

/* shared = peer^secret */
static enum dr_status agree_on(const struct dh *dh, struct bytes peer, mbedtls_mpi *shared)
{
    mbedtls_mpi value;
    enum dr_status status;

    mbedtls_mpi_init(&value);
    status = mbedtls_mpi_cmp_int(&dh->secret, 0) != 0 ? read_peer(dh, peer, &value) : DR_ERR_STATE;
    if (status == DR_OK && mbedtls_mpi_exp_mod(shared, &value, &dh->secret, &dh->p, NULL) != 0) {
        status = DR_ERR_CRYPTO;
    }
    if (status == DR_OK && mbedtls_mpi_cmp_int(shared, 1) == 0) {
        status = DR_ERR_MALFORMED; /* where q is not known, a small subgroup shows here */
    }
    mbedtls_mpi_free(&value);
    return status;
}

enum dr_status dh_shared(const struct dh *dh, struct bytes peer, uint8_t *out, size_t *len)
{
    mbedtls_mpi shared;
    enum dr_status status;

    if (*len < dh->size) {
        return DR_ERR_NO_SPACE;
    }
    mbedtls_mpi_init(&shared);
    status = agree_on(dh, peer, &shared);
    if (status == DR_OK) {
        *len = dh->size;
        status = mbedtls_mpi_write_binary(&shared, out, *len) == 0 ? DR_OK : DR_ERR_CRYPTO;
    }
    mbedtls_mpi_free(&shared);
    return status;
}

enum dr_status dh_map_generic(struct dh *dh, struct bytes nonce, struct bytes peer)
{
    mbedtls_mpi shared, s, power;
    enum dr_status status;

    mbedtls_mpi_init(&shared);
    mbedtls_mpi_init(&s);
    mbedtls_mpi_init(&power);
    status = agree_on(dh, peer, &shared); /* h */
    if (status == DR_OK && (mbedtls_mpi_read_binary(&s, nonce.data, nonce.len) != 0 ||
                            mbedtls_mpi_exp_mod(&power, &dh->generator, &s, &dh->p, NULL) != 0 ||
                            mbedtls_mpi_mul_mpi(&shared, &shared, &power) != 0 ||
                            mbedtls_mpi_mod_mpi(&dh->generator, &shared, &dh->p) != 0)) {
        status = DR_ERR_CRYPTO;
    }
    if (status == DR_OK) {
        status = in_range(dh, &dh->generator) ? DR_OK : DR_ERR_PROTOCOL;
        mbedtls_mpi_free(&dh->secret);
    }
    mbedtls_mpi_free(&power);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&shared);
    return status;
}

enum dr_status dh_map_integrated(struct dh *dh, struct bytes number)
{
    mbedtls_mpi x, cofactor;
    enum dr_status status = DR_ERR_CRYPTO;

    mbedtls_mpi_init(&x);
    mbedtls_mpi_init(&cofactor);
    if (mbedtls_mpi_cmp_int(&dh->q, 0) == 0) {
        status = DR_ERR_UNSUPPORTED;
        goto out;
    }
    if (mbedtls_mpi_read_binary(&x, number.data, number.len) != 0 || mbedtls_mpi_mod_mpi(&x, &x, &dh->p) != 0 ||
        mbedtls_mpi_sub_int(&cofactor, &dh->p, 1) != 0 ||
        mbedtls_mpi_div_mpi(&cofactor, NULL, &cofactor, &dh->q) != 0 ||
        mbedtls_mpi_exp_mod(&dh->generator, &x, &cofactor, &dh->p, NULL) != 0) {
        goto out;
    }
    status = in_range(dh, &dh->generator) ? DR_OK : DR_ERR_PROTOCOL;
out:
    mbedtls_mpi_free(&cofactor);
    mbedtls_mpi_free(&x);
    return status;
}
