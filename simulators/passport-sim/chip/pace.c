#include "chip/pace.h"

#include "chip/pace_spoil.h"
#include "util/tlv.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#define DO_DYNAMIC 0x7CU
#define DO_MECHANISM 0x80U
#define DO_PASSWORD 0x83U
#define DO_PARAMETERS 0x84U
#define PASSWORD_MRZ 0x01U
#define PASSWORD_CAN 0x02U
#define LAST_STEP 4U

void pace_oid(const struct pace_offer *offer, uint8_t oid[PACE_OID_LEN])
{
    static const uint8_t arc[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04};
    memcpy(oid, arc, sizeof(arc));
    oid[8] = (uint8_t)offer->mapping;
    oid[9] = (uint8_t)offer->suite;
}

void pace_end(struct pace *pace)
{
    if (pace->run != NULL) {
        pace->scheme->close(pace->run);
    }
    buffer_free(&pace->password);
    buffer_free(&pace->ours);
    buffer_free(&pace->theirs);
    buffer_free(&pace->secret);
    *pace = (struct pace){0};
}

/* The data objects of MSE:Set AT (4.4.4.1). Unknown ones are ignored (note 2). */
struct set_at {
    struct slice mechanism, password, parameters;
};

static bool parse_set_at(struct slice rest, struct set_at *set)
{
    struct tlv object;
    while (tlv_next(&rest, &object)) {
        if (object.tag == DO_MECHANISM) {
            set->mechanism = object.value;
        } else if (object.tag == DO_PASSWORD) {
            set->password = object.value;
        } else if (object.tag == DO_PARAMETERS) {
            set->parameters = object.value;
        }
    }
    return rest.len == 0 && set->mechanism.data != NULL && set->password.len == 1;
}

/* Among the offers of that mechanism the one named by DO84, or the first. */
static const struct pace_offer *choose(const struct document *document, const struct set_at *set)
{
    for (unsigned i = 0; i < OFFERS_MAX; i++) {
        const struct pace_offer *offer = &document->mechanisms.pace[i];
        uint8_t oid[PACE_OID_LEN];
        pace_oid(offer, oid);
        if (offer->mapping != 0 && set->mechanism.len == PACE_OID_LEN &&
            memcmp(set->mechanism.data, oid, PACE_OID_LEN) == 0 &&
            (set->parameters.data == NULL ||
             (set->parameters.len == 1 && set->parameters.data[0] == offer->parameter_id))) {
            return offer;
        }
    }
    return NULL;
}

/* The password's octets: SHA-1 of the MRZ information, or the CAN's characters (9303-11 9.7.3). */
static bool take_password(struct pace *pace, const struct document *document, uint8_t reference)
{
    uint8_t digest[20];
    const char *can = document->mechanisms.can;
    if (reference == PASSWORD_MRZ) {
        if (EVP_Digest(document->access, strlen(document->access), digest, NULL, EVP_sha1(), NULL) != 1) {
            die("OpenSSL: SHA-1 is not to be had");
        }
        buffer_append(&pace->password, digest, sizeof(digest));
        return true;
    }
    if (reference == PASSWORD_CAN && can != NULL) {
        buffer_append(&pace->password, can, strlen(can));
        return true;
    }
    return false;
}

uint16_t pace_set(struct pace *pace, const struct document *document, const struct chip_traits *traits,
                  const struct apdu *apdu)
{
    struct set_at set = {0};
    pace_end(pace);
    if (traits->fault == CHIP_PACE_MSE) {
        return traits->status_word;
    }
    if (!parse_set_at(apdu->data, &set)) {
        return SW_WRONG_DATA;
    }
    if ((traits->quirks & QUIRK_MSE_NEEDS_SET) != 0 && set.parameters.data == NULL) {
        return SW_LC_P1P2;
    }
    const struct pace_offer *offer = choose(document, &set);
    if (offer == NULL) {
        return set.parameters.data != NULL ? SW_REFERENCE_NOT_FOUND : SW_WRONG_DATA;
    }
    if (!take_password(pace, document, set.password.data[0])) {
        return SW_REFERENCE_NOT_FOUND;
    }
    pace->offer = *offer;
    pace_oid(offer, pace->oid);
    pace->scheme = offer->mapping == PACE_ECDH_IM || offer->mapping == PACE_DH_IM ? &pace_integrated : &pace_generic;
    pace->run = pace->scheme->open(offer);
    if (pace->run == NULL) {
        die("PACE: parameter set %u is not to be had", offer->parameter_id);
    }
    pace->step = 1;
    return SW_OK;
}

/* Token over the other side's key: 7F49 { 06 OID, 86 point or 84 number } (9303-11 4.4.3.4, 9.4.5). */
static void token(const struct pace *pace, const uint8_t *mac_key, const struct buffer *key, uint8_t out[SUITE_MAC])
{
    bool dh = pace->offer.mapping == PACE_DH_GM || pace->offer.mapping == PACE_DH_IM;
    struct buffer content = {0};
    struct buffer object = {0};
    tlv_append(&content, 0x06, (struct slice){pace->oid, PACE_OID_LEN});
    tlv_append(&content, dh ? 0x84 : 0x86, buffer_view(key));
    tlv_append(&object, 0x7F49, buffer_view(&content));
    suite_mac(pace->offer.suite, mac_key, buffer_view(&object), out);
    buffer_free(&content);
    buffer_free(&object);
}

/* CA_IC = SK_IC^-1 SK_Map,IC mod n, padded and encrypted with IV E(KSenc, FF..FF) (4.4.3.5). */
static void chip_authentication_data(const struct pace *pace, const struct document *document,
                                     const struct chip_traits *traits, struct buffer *out)
{
    uint8_t key[SUITE_KEY_MAX];
    uint8_t iv[SUITE_BLOCK_MAX];
    struct buffer plain = {0};
    BIGNUM *mapping = pace->scheme->mapping_key(pace->run);
    pace_cam_data(document->cam_key, mapping, traits, &plain);
    suite_pad(&plain, SUITE_BLOCK_MAX);
    suite_derive(pace->offer.suite, buffer_view(&pace->secret), SUITE_ENC, key);
    memset(iv, 0xFF, sizeof(iv));
    suite_encrypt(pace->offer.suite, key, NULL, iv, sizeof(iv), iv);
    suite_encrypt(pace->offer.suite, key, iv, plain.data, plain.len, plain.data);
    buffer_append(out, plain.data, plain.len);
    buffer_free(&plain);
    BN_clear_free(mapping);
}

static uint16_t mutual_authentication(struct pace *pace, const struct document *document,
                                      const struct chip_traits *traits, struct slice theirs, struct pace_answer *answer,
                                      struct secure_messaging *started)
{
    uint8_t key[SUITE_KEY_MAX];
    uint8_t expected[SUITE_MAC];
    suite_derive(pace->offer.suite, buffer_view(&pace->secret), SUITE_MAC_KEY, key);
    token(pace, key, &pace->ours, expected);
    bool same = theirs.len == SUITE_MAC && CRYPTO_memcmp(expected, theirs.data, SUITE_MAC) == 0;
    if (!same && traits->fault != CHIP_PACE_ANY_PASSWORD) {
        return SW_AUTHENTICATION_FAILED;
    }
    token(pace, key, &pace->theirs, expected);
    buffer_append(&answer->value, expected, sizeof(expected));
    if (pace->offer.mapping == PACE_ECDH_CAM || traits->fault == CHIP_CAM_UNASKED) {
        chip_authentication_data(pace, document, traits, &answer->chip_authentication);
    }
    if (traits->fault != CHIP_PACE_KEEPS_PLAIN) {
        secure_messaging_start_suite(started, pace->offer.suite, buffer_view(&pace->secret));
    }
    return SW_OK;
}

/* The value of this step's object; nothing at step 1. */
static bool their_value(const struct apdu *apdu, unsigned step, struct slice *value)
{
    struct slice rest = apdu->data;
    struct tlv dynamic, object;
    if (!tlv_next(&rest, &dynamic) || dynamic.tag != DO_DYNAMIC || rest.len != 0) {
        return false;
    }
    if (step == 1) {
        return dynamic.value.len == 0;
    }
    if (!tlv_next(&dynamic.value, &object) || dynamic.value.len != 0 || object.tag != 0x7FU + 2 * (step - 1)) {
        return false;
    }
    *value = object.value;
    return true;
}

uint16_t pace_step(struct pace *pace, const struct document *document, const struct chip_traits *traits,
                   const struct apdu *apdu, struct buffer *data, struct secure_messaging *started)
{
    struct slice theirs = {0};
    struct pace_answer answer = {0};
    unsigned step = pace->step;
    uint16_t sw = SW_WRONG_DATA;
    bool ok = true;
    /* All but the last command of the chain say so in their class (4.4.4.3). */
    if (step == 0 || ((apdu->cla & 0x10) != 0) != (step < LAST_STEP)) {
        sw = SW_CONDITIONS;
        goto out;
    }
    if (!their_value(apdu, step, &theirs)) {
        goto out;
    }
    if (traits->fault == CHIP_PACE_STEP && traits->at == step) {
        sw = traits->status_word;
        goto out;
    }
    sw = SW_OK;
    switch (step) {
    case 1:
        ok = pace->scheme->nonce(pace->run, buffer_view(&pace->password), traits->fault == CHIP_PACE_NONCE_ZERO,
                                 &answer.value);
        break;
    case 2:
        ok = pace->scheme->map(pace->run, theirs, &answer.value);
        break;
    case 3:
        buffer_append(&pace->theirs, theirs.data, theirs.len);
        ok = pace->scheme->agree(pace->run, theirs, &pace->ours, &pace->secret);
        buffer_append(&answer.value, pace->ours.data, pace->ours.len);
        break;
    default:
        sw = mutual_authentication(pace, document, traits, theirs, &answer, started);
        break;
    }
    if (!ok) {
        sw = SW_AUTHENTICATION_FAILED;
    }
    if (sw == SW_OK) {
        pace_spoil(traits, &pace->offer, step, theirs, &answer);
        pace_answer_write(&answer, step, data);
    }
out:
    pace->step = sw == SW_OK && step < LAST_STEP ? step + 1 : 0;
    buffer_free(&answer.value);
    buffer_free(&answer.chip_authentication);
    if (pace->step == 0) {
        pace_end(pace);
    }
    return sw;
}
