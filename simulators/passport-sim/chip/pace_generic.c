#include "chip/pace_scheme.h"

#include <eac/eac.h>
#include <eac/objects.h>
#include <eac/pace.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const char *pace_curve_name(uint8_t parameter_id)
{
    switch (parameter_id) {
    case 8:
        return "P-192";
    case 9:
        return "brainpoolP192r1";
    case 10:
        return "P-224";
    case 11:
        return "brainpoolP224r1";
    case 12:
        return "P-256";
    case 13:
        return "brainpoolP256r1";
    case 14:
        return "brainpoolP320r1";
    case 15:
        return "P-384";
    case 16:
        return "brainpoolP384r1";
    case 17:
        return "brainpoolP512r1";
    case 18:
        return "P-521";
    default:
        return NULL;
    }
}

const char *pace_group_name(uint8_t parameter_id)
{
    static const char *const names[] = {"dh_1024_160", "dh_2048_224", "dh_2048_256"};
    return parameter_id < sizeof(names) / sizeof(names[0]) ? names[parameter_id] : NULL;
}

struct run {
    EAC_CTX *eac;
    enum suite suite;
    bool is_dh;
};

/* OpenPACE's table of objects; the chip authentication mapping begins as the generic one (9303-11 4.4.3.3). */
static int protocol_of(const struct pace_offer *offer)
{
    bool dh = offer->mapping == PACE_DH_GM;
    switch (offer->suite) {
    case SUITE_3DES:
        return dh ? NID_id_PACE_DH_GM_3DES_CBC_CBC : NID_id_PACE_ECDH_GM_3DES_CBC_CBC;
    case SUITE_AES128:
        return dh ? NID_id_PACE_DH_GM_AES_CBC_CMAC_128 : NID_id_PACE_ECDH_GM_AES_CBC_CMAC_128;
    case SUITE_AES192:
        return dh ? NID_id_PACE_DH_GM_AES_CBC_CMAC_192 : NID_id_PACE_ECDH_GM_AES_CBC_CMAC_192;
    case SUITE_AES256:
        return dh ? NID_id_PACE_DH_GM_AES_CBC_CMAC_256 : NID_id_PACE_ECDH_GM_AES_CBC_CMAC_256;
    }
    return 0;
}

static void *generic_open(const struct pace_offer *offer)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, EAC_init);
    struct run *run = calloc(1, sizeof(*run));
    if (run == NULL) {
        die("out of memory");
    }
    run->suite = offer->suite;
    run->is_dh = offer->mapping == PACE_DH_GM;
    run->eac = EAC_CTX_new();
    if (run->eac == NULL || EAC_CTX_init_pace(run->eac, protocol_of(offer), offer->parameter_id) != 1) {
        EAC_CTX_clear_free(run->eac);
        free(run);
        return NULL;
    }
    return run;
}

static void generic_close(void *ctx)
{
    struct run *run = ctx;
    EAC_CTX_clear_free(run->eac);
    free(run);
}

/* Moves OpenPACE's octets to the end of *out. */
static bool take(BUF_MEM *from, struct buffer *out)
{
    if (from == NULL) {
        return false;
    }
    buffer_append(out, from->data, from->length);
    BUF_MEM_clear_free(from);
    return true;
}

/* All zeros in place of what OpenPACE drew, encrypted as it would have been. */
static void zero_nonce(struct run *run, struct slice password, struct buffer *encrypted)
{
    uint8_t key[SUITE_KEY_MAX];
    BUF_MEM *nonce = run->eac->pace_ctx->nonce;
    memset(nonce->data, 0, nonce->length);
    suite_derive(run->suite, password, SUITE_PASSWORD, key);
    suite_encrypt(run->suite, key, NULL, (const uint8_t *)nonce->data, nonce->length, encrypted->data);
}

static bool generic_nonce(void *ctx, struct slice password, bool zero, struct buffer *encrypted)
{
    struct run *run = ctx;
    PACE_SEC *secret = PACE_SEC_new((const char *)password.data, password.len, PACE_RAW);
    bool ok = secret != NULL && take(PACE_STEP1_enc_nonce(run->eac, secret), encrypted);
    if (ok && zero) {
        zero_nonce(run, password, encrypted);
    }
    PACE_SEC_clear_free(secret);
    return ok;
}

static BUF_MEM *copy_of(struct slice octets)
{
    BUF_MEM *copy = BUF_MEM_new();
    if (copy == NULL || octets.len == 0 || BUF_MEM_grow(copy, octets.len) != octets.len) {
        BUF_MEM_free(copy);
        return NULL;
    }
    memcpy(copy->data, octets.data, octets.len);
    return copy;
}

static bool generic_map(void *ctx, struct slice theirs, struct buffer *ours)
{
    struct run *run = ctx;
    BUF_MEM *in = copy_of(theirs);
    bool ok = take(PACE_STEP3A_generate_mapping_data(run->eac), ours) && in != NULL &&
              PACE_STEP3A_map_generator(run->eac, in) == 1;
    BUF_MEM_clear_free(in);
    return ok;
}

static bool generic_agree(void *ctx, struct slice theirs, struct buffer *ours, struct buffer *secret)
{
    struct run *run = ctx;
    BUF_MEM *in = copy_of(theirs);
    bool ok = take(PACE_STEP3B_generate_ephemeral_key(run->eac), ours) && in != NULL &&
              PACE_STEP3B_compute_shared_secret(run->eac, in) == 1;
    if (ok) {
        /* K as long as the field or modulus, zeros kept (9303-11 9.7.1): OpenPACE drops them for DH. */
        const BUF_MEM *shared = run->eac->pace_ctx->ka_ctx->shared_secret;
        size_t width = run->is_dh ? (size_t)EVP_PKEY_get_size(run->eac->pace_ctx->ka_ctx->key) : shared->length;
        for (size_t i = shared->length; i < width; i++) {
            buffer_append_byte(secret, 0);
        }
        buffer_append(secret, shared->data, shared->length);
    }
    BUF_MEM_clear_free(in);
    return ok;
}

static BIGNUM *generic_mapping_key(void *ctx)
{
    struct run *run = ctx;
    BIGNUM *key = NULL;
    return EVP_PKEY_get_bn_param(run->eac->pace_ctx->static_key, OSSL_PKEY_PARAM_PRIV_KEY, &key) == 1 ? key : NULL;
}

const struct pace_scheme pace_generic = {generic_open, generic_close, generic_nonce,
                                         generic_map,  generic_agree, generic_mapping_key};
