/* Integrated mapping (ICAO 9303-11 4.4.3.3.2, Appendix B): the nonces s and t become the generator. */
#include "chip/pace_scheme.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define NONCE_MAX 32U

struct run {
    enum suite suite;
    size_t nonce_len; /* l: the smallest multiple of the block that is no shorter than the key */
    uint8_t s[NONCE_MAX];
    BN_CTX *bn;
    BIGNUM *p, *order;

    EC_GROUP *group; /* NULL: DH */
    BIGNUM *a, *b, *cofactor;
    EC_POINT *generator;

    BIGNUM *dh_generator;
};

static void integrated_close(void *ctx)
{
    struct run *run = ctx;
    EC_POINT_free(run->generator);
    EC_GROUP_free(run->group);
    BN_free(run->dh_generator);
    BN_free(run->cofactor);
    BN_free(run->order);
    BN_free(run->a);
    BN_free(run->b);
    BN_free(run->p);
    BN_CTX_free(run->bn);
    free(run);
}

static bool open_curve(struct run *run, uint8_t parameter_id)
{
    const char *name = pace_curve_name(parameter_id);
    if (name == NULL) {
        return false;
    }
    int nid = EC_curve_nist2nid(name) != NID_undef ? EC_curve_nist2nid(name) : OBJ_sn2nid(name);
    run->group = EC_GROUP_new_by_curve_name(nid);
    if (run->group == NULL || EC_GROUP_get_curve(run->group, run->p, run->a, run->b, run->bn) != 1) {
        return false;
    }
    run->generator = EC_POINT_new(run->group);
    /* The encoding needs p = 3 mod 4, which P-224 is not (4.4.3.3.2, 9.5.1). */
    return run->generator != NULL && BN_copy(run->order, EC_GROUP_get0_order(run->group)) != NULL &&
           BN_copy(run->cofactor, EC_GROUP_get0_cofactor(run->group)) != NULL && BN_mod_word(run->p, 4) == 3;
}

static bool open_group(struct run *run, uint8_t parameter_id)
{
    bool ok = false;
    char name[16];
    const char *group = pace_group_name(parameter_id);
    BIGNUM *p = NULL;
    BIGNUM *q = NULL;
    EVP_PKEY *parameters = NULL;
    if (group == NULL) {
        return false;
    }
    memcpy(name, group, strlen(group) + 1);
    const OSSL_PARAM choice[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
                                 OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
    ok = ctx != NULL && EVP_PKEY_paramgen_init(ctx) == 1 && EVP_PKEY_CTX_set_params(ctx, choice) == 1 &&
         EVP_PKEY_paramgen(ctx, &parameters) == 1 &&
         EVP_PKEY_get_bn_param(parameters, OSSL_PKEY_PARAM_FFC_P, &p) == 1 &&
         EVP_PKEY_get_bn_param(parameters, OSSL_PKEY_PARAM_FFC_Q, &q) == 1 && BN_copy(run->p, p) != NULL &&
         BN_copy(run->order, q) != NULL;
    BN_free(p);
    BN_free(q);
    EVP_PKEY_free(parameters);
    EVP_PKEY_CTX_free(ctx);
    return ok;
}

static void *integrated_open(const struct pace_offer *offer)
{
    struct run *run = calloc(1, sizeof(*run));
    if (run == NULL) {
        die("out of memory");
    }
    run->suite = offer->suite;
    size_t block = suite_block(offer->suite);
    run->nonce_len = (suite_key_len(offer->suite) + block - 1) / block * block;
    run->bn = BN_CTX_new();
    run->p = BN_new();
    run->order = BN_new();
    run->a = BN_new();
    run->b = BN_new();
    run->cofactor = BN_new();
    run->dh_generator = BN_new();
    if (run->bn == NULL || run->p == NULL || run->order == NULL || run->a == NULL || run->b == NULL ||
        run->cofactor == NULL || run->dh_generator == NULL) {
        die("out of memory");
    }
    bool ok =
        offer->mapping == PACE_ECDH_IM ? open_curve(run, offer->parameter_id) : open_group(run, offer->parameter_id);
    if (!ok) {
        integrated_close(run);
        return NULL;
    }
    return run;
}

static bool integrated_nonce(void *ctx, struct slice password, bool zero, struct buffer *encrypted)
{
    struct run *run = ctx;
    uint8_t key[SUITE_KEY_MAX];
    uint8_t z[NONCE_MAX];
    if (RAND_bytes(run->s, (int)run->nonce_len) != 1) {
        die("OpenSSL: no random numbers");
    }
    if (zero) {
        memset(run->s, 0, sizeof(run->s));
    }
    suite_derive(run->suite, password, SUITE_PASSWORD, key);
    suite_encrypt(run->suite, key, NULL, run->s, run->nonce_len, z);
    buffer_append(encrypted, z, run->nonce_len);
    return true;
}

/* R(s, t) of figure 2: k0 = E(t, s); x_i = E(k_(i-1), c1), k_i = E(k_(i-1), c0); then mod p. */
static bool pseudo_random(struct run *run, struct slice t, BIGNUM *out)
{
    static const uint8_t constants_128[2][NONCE_MAX] = {
        {0xA6, 0x68, 0x89, 0x2A, 0x7C, 0x41, 0xE3, 0xCA, 0x73, 0x9F, 0x40, 0xB0, 0x57, 0xD8, 0x59, 0x04},
        {0xA4, 0xE1, 0x36, 0xAC, 0x72, 0x5F, 0x73, 0x8B, 0x01, 0xC1, 0xF6, 0x02, 0x17, 0xC1, 0x88, 0xAD}};
    static const uint8_t constants_256[2][NONCE_MAX] = {
        {0xD4, 0x63, 0xD6, 0x52, 0x34, 0x12, 0x4E, 0xF7, 0x89, 0x70, 0x54, 0x98, 0x6D, 0xCA, 0x0A, 0x17,
         0x4E, 0x28, 0xDF, 0x75, 0x8C, 0xBA, 0xA0, 0x3F, 0x24, 0x06, 0x16, 0x41, 0x4D, 0x5A, 0x16, 0x76},
        {0x54, 0xBD, 0x72, 0x55, 0xF0, 0xAA, 0xF8, 0x31, 0xBE, 0xC3, 0x42, 0x3F, 0xCF, 0x39, 0xD6, 0x9B,
         0x6C, 0xBF, 0x06, 0x66, 0x77, 0xD0, 0xFA, 0xAE, 0x5A, 0xAD, 0xD9, 0x9D, 0xF8, 0xE5, 0x35, 0x17}};
    const uint8_t(*c)[NONCE_MAX] = run->nonce_len == 16 ? constants_128 : constants_256;
    uint8_t key[NONCE_MAX] = {0};
    uint8_t x[NONCE_MAX];
    struct buffer all = {0};
    size_t wanted = (size_t)BN_num_bits(run->p) + 64;

    suite_encrypt(run->suite, t.data, NULL, run->s, run->nonce_len, key);
    while (all.len * 8 < wanted) {
        suite_encrypt(run->suite, key, NULL, c[1], run->nonce_len, x);
        buffer_append(&all, x, run->nonce_len);
        suite_encrypt(run->suite, key, NULL, c[0], run->nonce_len, x);
        memcpy(key, x, run->nonce_len); /* AES-192 takes the first 24 octets of it as key */
    }
    bool ok = BN_bin2bn(all.data, (int)all.len, out) != NULL && BN_nnmod(out, out, run->p, run->bn) == 1;
    buffer_free(&all);
    return ok;
}

/* Appendix B.2, implementation for affine coordinates: f_G(t) on a curve with p = 3 mod 4. */
static bool encode_point(struct run *run, const BIGNUM *t)
{
    bool ok = false;
    const BIGNUM *p = run->p;
    BN_CTX *bn = run->bn;
    BN_CTX_start(bn);
    BIGNUM *alpha = BN_CTX_get(bn);
    BIGNUM *x2 = BN_CTX_get(bn);
    BIGNUM *x3 = BN_CTX_get(bn);
    BIGNUM *h2 = BN_CTX_get(bn);
    BIGNUM *u = BN_CTX_get(bn);
    BIGNUM *root = BN_CTX_get(bn);
    BIGNUM *e = BN_CTX_get(bn);
    BIGNUM *w = BN_CTX_get(bn);
    if (w == NULL) {
        goto out;
    }
    /* alpha = -t^2; X2 = -b/a (1 + 1/(alpha + alpha^2)); X3 = alpha X2 */
    if (BN_mod_sqr(alpha, t, p, bn) != 1 || BN_sub(alpha, p, alpha) != 1 || BN_mod_sqr(w, alpha, p, bn) != 1 ||
        BN_mod_add(w, w, alpha, p, bn) != 1 || BN_mod_inverse(w, w, p, bn) == NULL || BN_add_word(w, 1) != 1 ||
        BN_mod_mul(w, w, run->b, p, bn) != 1 || BN_mod_inverse(e, run->a, p, bn) == NULL ||
        BN_mod_mul(w, w, e, p, bn) != 1 || BN_mod_sub(x2, p, w, p, bn) != 1 || BN_mod_mul(x3, alpha, x2, p, bn) != 1) {
        goto out;
    }
    /* h2 = X2^3 + a X2 + b; U = t^3 h2; A = h2^(p - 1 - (p + 1) / 4) */
    if (BN_mod_sqr(h2, x2, p, bn) != 1 || BN_mod_add(h2, h2, run->a, p, bn) != 1 ||
        BN_mod_mul(h2, h2, x2, p, bn) != 1 || BN_mod_add(h2, h2, run->b, p, bn) != 1 || BN_mod_sqr(u, t, p, bn) != 1 ||
        BN_mod_mul(u, u, t, p, bn) != 1 || BN_mod_mul(u, u, h2, p, bn) != 1 || BN_copy(e, p) == NULL ||
        BN_add_word(e, 1) != 1 || BN_rshift(e, e, 2) != 1 || BN_sub(e, p, e) != 1 || BN_sub_word(e, 1) != 1 ||
        BN_mod_exp(root, h2, e, p, bn) != 1) {
        goto out;
    }
    /* A^2 h2 = 1: (X2, A h2), else (X3, A U). */
    if (BN_mod_sqr(w, root, p, bn) != 1 || BN_mod_mul(w, w, h2, p, bn) != 1) {
        goto out;
    }
    bool square = BN_is_one(w);
    if (BN_mod_mul(w, root, square ? h2 : u, p, bn) != 1) {
        goto out;
    }
    ok = EC_POINT_set_affine_coordinates(run->group, run->generator, square ? x2 : x3, w, bn) == 1 &&
         EC_POINT_mul(run->group, run->generator, NULL, run->generator, run->cofactor, bn) == 1 &&
         EC_POINT_is_at_infinity(run->group, run->generator) == 0;
out:
    BN_CTX_end(bn);
    return ok;
}

/* f_g(x) = x^((p - 1) / q), and not 1. */
static bool encode_number(struct run *run, const BIGNUM *x)
{
    BIGNUM *a = BN_dup(run->p);
    bool ok = a != NULL && BN_sub_word(a, 1) == 1 && BN_div(a, NULL, a, run->order, run->bn) == 1 &&
              BN_mod_exp(run->dh_generator, x, a, run->p, run->bn) == 1 && !BN_is_one(run->dh_generator);
    BN_free(a);
    return ok;
}

static bool integrated_map(void *ctx, struct slice theirs, struct buffer *ours)
{
    struct run *run = ctx;
    bool ok = false;
    BIGNUM *x = BN_new();
    (void)ours; /* the answer's object 82 is empty (4.4.5.2.2) */
    if (x != NULL && theirs.len == suite_key_len(run->suite) && pseudo_random(run, theirs, x)) {
        ok = run->group != NULL ? encode_point(run, x) : encode_number(run, x);
    }
    BN_free(x);
    return ok;
}

static bool agree_curve(struct run *run, const BIGNUM *key, struct slice theirs, struct buffer *ours,
                        struct buffer *secret)
{
    bool ok = false;
    uint8_t octets[1 + 2 * 66];
    size_t field = ((size_t)BN_num_bits(run->p) + 7) / 8;
    EC_POINT *point = EC_POINT_new(run->group);
    if (point == NULL || EC_POINT_mul(run->group, point, NULL, run->generator, key, run->bn) != 1) {
        goto out;
    }
    size_t len = EC_POINT_point2oct(run->group, point, POINT_CONVERSION_UNCOMPRESSED, octets, sizeof(octets), run->bn);
    buffer_append(ours, octets, len);
    if (theirs.len != 1 + 2 * field || theirs.data[0] != 0x04 ||
        EC_POINT_oct2point(run->group, point, theirs.data, theirs.len, run->bn) != 1 ||
        EC_POINT_mul(run->group, point, NULL, point, key, run->bn) != 1 ||
        EC_POINT_is_at_infinity(run->group, point) != 0 ||
        EC_POINT_point2oct(run->group, point, POINT_CONVERSION_UNCOMPRESSED, octets, sizeof(octets), run->bn) != len) {
        goto out;
    }
    buffer_append(secret, octets + 1, field); /* the x-coordinate */
    ok = true;
out:
    EC_POINT_free(point);
    return ok;
}

static bool agree_group(struct run *run, const BIGNUM *key, struct slice theirs, struct buffer *ours,
                        struct buffer *secret)
{
    bool ok = false;
    uint8_t octets[256];
    int width = BN_num_bytes(run->p);
    BIGNUM *value = BN_new();
    BIGNUM *check = BN_new();
    if (value == NULL || check == NULL || width > (int)sizeof(octets) ||
        BN_mod_exp(value, run->dh_generator, key, run->p, run->bn) != 1) {
        goto out;
    }
    buffer_append(ours, octets, (size_t)BN_bn2bin(value, octets));
    /* RFC 2631 2.1.5: 1 < y < p - 1 and y^q = 1. */
    if (BN_bin2bn(theirs.data, (int)theirs.len, value) == NULL || BN_cmp(value, run->p) >= 0 || BN_is_zero(value) ||
        BN_is_one(value) || BN_mod_exp(check, value, run->order, run->p, run->bn) != 1 || !BN_is_one(check) ||
        BN_mod_exp(value, value, key, run->p, run->bn) != 1 || BN_bn2binpad(value, octets, width) != width) {
        goto out;
    }
    buffer_append(secret, octets, (size_t)width);
    ok = true;
out:
    BN_free(value);
    BN_free(check);
    return ok;
}

static bool integrated_agree(void *ctx, struct slice theirs, struct buffer *ours, struct buffer *secret)
{
    struct run *run = ctx;
    BIGNUM *key = BN_new();
    bool ok = false;
    do {
        if (key == NULL || BN_priv_rand_range(key, run->order) != 1) {
            die("OpenSSL: no random numbers");
        }
    } while (BN_is_zero(key));
    ok = run->group != NULL ? agree_curve(run, key, theirs, ours, secret) : agree_group(run, key, theirs, ours, secret);
    BN_clear_free(key);
    return ok;
}

static BIGNUM *no_mapping_key(void *ctx)
{
    (void)ctx;
    return NULL;
}

const struct pace_scheme pace_integrated = {integrated_open, integrated_close, integrated_nonce,
                                            integrated_map,  integrated_agree, no_mapping_key};
