#include "chip/pace_spoil.h"

#include "chip/pace_scheme.h"
#include "util/tlv.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

static void fill(struct buffer *value, size_t from, uint8_t octet)
{
    memset(value->data + from, octet, value->len - from);
}

static void set(struct buffer *value, struct slice octets)
{
    struct buffer copy = {0};
    buffer_append(&copy, octets.data, octets.len); /* may be the same octets */
    buffer_free(value);
    *value = copy;
}

/* A key of step 2 or 3. */
static void spoil_key(enum chip_fault fault, bool dh, struct slice theirs, struct buffer *value)
{
    static const uint8_t infinity[] = {0x00};
    static const uint8_t one[] = {0x01};
    if (value->len == 0) {
        return; /* the integrated mapping answers nothing at step 2 */
    }
    switch (fault) {
    case CHIP_PACE_OFF_CURVE:
        value->data[value->len - 1] ^= 0x01;
        break;
    case CHIP_PACE_INFINITY:
        set(value, dh ? (struct slice){one, 1} : (struct slice){infinity, 1});
        break;
    case CHIP_PACE_ZERO:
        if (dh) {
            set(value, (struct slice){infinity, 1});
        } else {
            fill(value, 1, 0x00);
        }
        break;
    case CHIP_PACE_OVER_FIELD:
        fill(value, dh ? 0 : 1, 0xFF);
        break;
    case CHIP_PACE_COMPRESSED:
        value->data[0] = (uint8_t)(0x02 | (value->data[value->len - 1] & 1));
        value->len = 1 + (value->len - 1) / 2;
        break;
    case CHIP_PACE_SHORT:
        value->len--;
        break;
    case CHIP_PACE_ECHO:
        set(value, theirs);
        break;
    default:
        break;
    }
}

static void spoil_nonce(enum chip_fault fault, struct buffer *value)
{
    if (fault == CHIP_PACE_NONCE_ALTERED) {
        value->data[0] ^= 0x80;
    } else if (fault == CHIP_PACE_NONCE_SHORT) {
        value->len /= 2;
    } else if (fault == CHIP_PACE_NONCE_LONG) {
        while (value->len < 240) {
            buffer_append_byte(value, 0x5A);
        }
    }
}

static void spoil_token(const struct chip_traits *traits, struct slice theirs, struct pace_answer *answer)
{
    switch (traits->fault) {
    case CHIP_PACE_TOKEN:
    case CHIP_PACE_ANY_PASSWORD:
        answer->value.data[7] ^= 0x01;
        break;
    case CHIP_PACE_TOKEN_SHORT:
        answer->value.len = 4;
        break;
    case CHIP_PACE_TOKEN_EMPTY:
        answer->value.len = 0;
        break;
    case CHIP_PACE_ECHO:
        if (traits->at == 4) {
            set(&answer->value, theirs);
        }
        break;
    case CHIP_CAM_ABSENT:
        answer->chip_authentication.len = 0;
        break;
    case CHIP_CAM_EMPTY:
        answer->chip_authentication.len = 0;
        answer->has_empty = true;
        break;
    case CHIP_CAM_TAG:
        answer->cam_tag = 0x8B;
        break;
    case CHIP_CAM_SIZE:
        answer->chip_authentication.len--;
        break;
    default:
        break;
    }
}

void pace_spoil(const struct chip_traits *traits, const struct pace_offer *offer, unsigned step, struct slice theirs,
                struct pace_answer *answer)
{
    bool dh = offer->mapping == PACE_DH_GM || offer->mapping == PACE_DH_IM;
    if (step == 1) {
        spoil_nonce(traits->fault, &answer->value);
    } else if (step == 4) {
        spoil_token(traits, theirs, answer);
    } else if (traits->at == step) {
        spoil_key(traits->fault, dh, theirs, &answer->value);
    }
    if (traits->at != step) {
        return;
    }
    switch (traits->fault) {
    case CHIP_PACE_TAG:
        answer->tag_shift = 0x10;
        break;
    case CHIP_PACE_LENGTH:
        answer->lies = true;
        break;
    case CHIP_PACE_EMPTY:
        answer->no_object = true;
        break;
    case CHIP_PACE_TRAILING:
        buffer_append(&answer->trailing, "\x5A\x5A\x5A", 3);
        break;
    default:
        break;
    }
}

void pace_answer_write(const struct pace_answer *answer, unsigned step, struct buffer *data)
{
    struct buffer content = {0};
    uint32_t tag = 0x7EU + 2 * step + answer->tag_shift;
    if (!answer->no_object) {
        tlv_append_header(&content, tag, answer->value.len + (answer->lies ? 64 : 0));
        buffer_append(&content, answer->value.data, answer->value.len);
    }
    if (answer->chip_authentication.len > 0 || answer->has_empty) {
        tlv_append(&content, answer->cam_tag != 0 ? answer->cam_tag : 0x8A, buffer_view(&answer->chip_authentication));
    }
    buffer_append(&content, answer->trailing.data, answer->trailing.len);
    tlv_append_header(data, 0x7C, content.len);
    buffer_append(data, content.data, content.len);
    buffer_free(&content);
}

void pace_cam_data(EVP_PKEY *key, const BIGNUM *mapping, const struct chip_traits *traits, struct buffer *plain)
{
    uint8_t octets[66] = {0};
    BIGNUM *own = NULL;
    BIGNUM *order = NULL;
    BN_CTX *bn = BN_CTX_new();
    int width = 32;
    bool ok = bn != NULL;
    if (key == NULL || mapping == NULL) {
        ok = ok && RAND_bytes(octets, width) == 1;
        octets[0] &= 0x1F; /* below the order of every curve of 256 bits */
    } else {
        ok = ok && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &own) == 1 &&
             EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_ORDER, &order) == 1;
        width = ok ? BN_num_bytes(order) : 0;
        ok = ok && BN_mod_inverse(own, own, order, bn) != NULL && BN_mod_mul(own, own, mapping, order, bn) == 1 &&
             BN_bn2binpad(own, octets, width) == width;
    }
    if (!ok) {
        die("OpenSSL: the chip authentication data cannot be computed");
    }
    if (traits->fault == CHIP_CAM_ZERO) {
        memset(octets, 0, sizeof(octets));
    } else if (traits->fault == CHIP_CAM_WRONG) {
        octets[width - 1] ^= 0x01;
    }
    buffer_append(plain, octets, (size_t)width);
    OPENSSL_cleanse(octets, sizeof(octets));
    BN_clear_free(own);
    BN_free(order);
    BN_CTX_free(bn);
}
