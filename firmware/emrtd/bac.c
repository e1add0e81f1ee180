#include "emrtd/bac.h"

#include "crypto/drbg.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "crypto/memory.h"

#define NONCE_SIZE 8U
#define KEY_SEED_SIZE 16U
#define CRYPTOGRAM_SIZE (2U * NONCE_SIZE + KEY_SEED_SIZE)
#define TOKEN_SIZE (CRYPTOGRAM_SIZE + MAC_SIZE)
#define DES_BLOCK 8U

enum dr_status bac_derive_keys(struct bytes mrz_information, struct bac_keys *keys)
{
    uint8_t digest[HASH_MAX_SIZE];
    enum dr_status status = hash_compute(HASH_SHA1, mrz_information, digest);

    if (status == DR_OK) {
        status = kdf_derive(CIPHER_3DES_2KEY, bytes_of(digest, KEY_SEED_SIZE), KDF_ENC, keys->k_enc);
    }
    if (status == DR_OK) {
        status = kdf_derive(CIPHER_3DES_2KEY, bytes_of(digest, KEY_SEED_SIZE), KDF_MAC, keys->k_mac);
    }
    if (status != DR_OK) {
        crypto_wipe(keys, sizeof *keys);
    }
    crypto_wipe(digest, sizeof digest);
    return status;
}

/* M = MAC(K_MAC, E), padding method 2. */
static enum dr_status token_mac(const struct bac_keys *keys, const uint8_t cryptogram[CRYPTOGRAM_SIZE],
                                uint8_t mac[MAC_SIZE])
{
    uint8_t padded[CRYPTOGRAM_SIZE + DES_BLOCK];

    memcpy(padded, cryptogram, CRYPTOGRAM_SIZE);
    (void)mac_pad(padded, CRYPTOGRAM_SIZE, sizeof padded, DES_BLOCK);
    return mac_compute(CIPHER_3DES_2KEY, keys->k_mac, bytes_of(padded, sizeof padded), mac);
}

enum dr_status bac_command(const struct bac_keys *keys, const uint8_t rnd_ic[8], const uint8_t rnd_ifd[8],
                           const uint8_t k_ifd[16], uint8_t out[40])
{
    uint8_t s[CRYPTOGRAM_SIZE];
    enum dr_status status;

    /* 9303-11 4.3.1 step 2: S = RND.IFD || RND.IC || K.IFD */
    memcpy(s, rnd_ifd, NONCE_SIZE);
    memcpy(s + NONCE_SIZE, rnd_ic, NONCE_SIZE);
    memcpy(s + 2 * NONCE_SIZE, k_ifd, KEY_SEED_SIZE);
    status = cipher_cbc_encrypt(CIPHER_3DES_2KEY, keys->k_enc, NULL, s, sizeof s, out);
    if (status == DR_OK) {
        status = token_mac(keys, out, out + CRYPTOGRAM_SIZE);
    }
    crypto_wipe(s, sizeof s);
    return status;
}

/* 9303-11 4.3.1 step 5: the seed is K.IFD xor K.IC; 9.8.6.3: SSC is the low halves of RND.IC and RND.IFD. */
static enum dr_status derive_session(const uint8_t *rnd_ic, const uint8_t *rnd_ifd, const uint8_t *k_ifd,
                                     const uint8_t *k_ic, struct secure_messaging *sm)
{
    uint8_t seed[KEY_SEED_SIZE];
    enum dr_status status;
    size_t i;

    for (i = 0; i < sizeof seed; i++) {
        seed[i] = k_ifd[i] ^ k_ic[i];
    }
    memset(sm, 0, sizeof *sm);
    sm->algorithm = CIPHER_3DES_2KEY;
    memcpy(sm->ssc, rnd_ic + NONCE_SIZE / 2, NONCE_SIZE / 2);
    memcpy(sm->ssc + NONCE_SIZE / 2, rnd_ifd + NONCE_SIZE / 2, NONCE_SIZE / 2);
    status = kdf_derive(sm->algorithm, bytes_of(seed, sizeof seed), KDF_ENC, sm->ks_enc);
    if (status == DR_OK) {
        status = kdf_derive(sm->algorithm, bytes_of(seed, sizeof seed), KDF_MAC, sm->ks_mac);
    }
    crypto_wipe(seed, sizeof seed);
    return status;
}

enum dr_status bac_finish(const struct bac_keys *keys, const uint8_t rnd_ic[8], const uint8_t rnd_ifd[8],
                          const uint8_t k_ifd[16], struct bytes answer, struct secure_messaging *sm)
{
    uint8_t mac[MAC_SIZE];
    uint8_t r[CRYPTOGRAM_SIZE];
    enum dr_status status;

    if (answer.len != TOKEN_SIZE) {
        status = DR_ERR_PROTOCOL;
        goto out;
    }
    /* 4.3.1 step 4: the MAC first, then both nonces. */
    status = token_mac(keys, answer.data, mac);
    if (status == DR_OK && !crypto_equal(mac, answer.data + CRYPTOGRAM_SIZE, MAC_SIZE)) {
        status = DR_ERR_SIGNATURE;
    }
    if (status != DR_OK) {
        goto out;
    }
    status = cipher_cbc_decrypt(CIPHER_3DES_2KEY, keys->k_enc, NULL, answer.data, sizeof r, r);
    if (status != DR_OK) {
        goto out;
    }
    if (!crypto_equal(r, rnd_ic, NONCE_SIZE) || !crypto_equal(r + NONCE_SIZE, rnd_ifd, NONCE_SIZE)) {
        status = DR_ERR_SIGNATURE;
        goto out;
    }
    status = derive_session(rnd_ic, rnd_ifd, k_ifd, r + 2 * NONCE_SIZE, sm);
out:
    crypto_wipe(r, sizeof r);
    if (status != DR_OK) {
        secure_messaging_end(sm);
    }
    return status;
}

/* All that one attempt needs; wiped as one. */
struct attempt {
    struct bac_keys keys;
    uint8_t rnd_ic[NONCE_SIZE], rnd_ifd[NONCE_SIZE], k_ifd[KEY_SEED_SIZE];
    uint8_t token[TOKEN_SIZE];
};

static enum dr_status judge_challenge(uint16_t sw)
{
    switch (sw) {
    case SW_OK:
        return DR_OK;
    case SW_INS_NOT_SUPPORTED:
    case SW_CLA_NOT_SUPPORTED:
    case SW_FUNCTION_NOT_SUPPORTED:
    case SW_REFERENCE_NOT_FOUND:
    case SW_CONDITIONS:
        return DR_ERR_UNSUPPORTED;
    default:
        return DR_ERR_CARD_STATUS;
    }
}

static enum dr_status judge_authentication(uint16_t sw)
{
    switch (sw) {
    case SW_OK:
        return DR_OK;
    case SW_INS_NOT_SUPPORTED:
    case SW_REFERENCE_NOT_FOUND: /* German documents with PACE only */
        return DR_ERR_UNSUPPORTED;
    case SW_SECURITY_STATUS:
    case SW_AUTHENTICATION_BLOCKED:
    case SW_DATA_INVALIDATED:
    case SW_CONDITIONS:
    case SW_SM_OBJECTS_INCORRECT:
    case SW_WRONG_DATA:
        return DR_ERR_ACCESS_DENIED;
    default:
        return (sw & 0xFF00U) == SW_VERIFICATION_FAILED ? DR_ERR_ACCESS_DENIED : DR_ERR_CARD_STATUS;
    }
}

static enum dr_status get_challenge(struct session *session, uint8_t rnd_ic[NONCE_SIZE])
{
    const struct apdu_command command = {.ins = APDU_INS_GET_CHALLENGE, .le = NONCE_SIZE};
    struct bytes data;
    enum dr_status status = session_exchange(session, &command, &data);

    if (status == DR_OK) {
        status = judge_challenge(session->sw);
    }
    if (status != DR_OK) {
        return status;
    }
    if (data.len != NONCE_SIZE) {
        return DR_ERR_PROTOCOL;
    }
    memcpy(rnd_ic, data.data, NONCE_SIZE);
    return DR_OK;
}

/* 4.3.1 steps 2 to 5 with fresh random numbers. `answer` stays in the session's buffer. */
static enum dr_status authenticate(struct session *session, struct attempt *attempt, uint16_t le, struct bytes *answer)
{
    struct apdu_command command = {.ins = APDU_INS_EXTERNAL_AUTHENTICATE, .le = le};
    enum dr_status status;

    status = drbg_random(attempt->rnd_ifd, sizeof attempt->rnd_ifd);
    if (status == DR_OK) {
        status = drbg_random(attempt->k_ifd, sizeof attempt->k_ifd);
    }
    if (status == DR_OK) {
        status = bac_command(&attempt->keys, attempt->rnd_ic, attempt->rnd_ifd, attempt->k_ifd, attempt->token);
    }
    if (status != DR_OK) {
        return status;
    }
    command.data = bytes_of(attempt->token, sizeof attempt->token);
    return session_exchange(session, &command, answer);
}

static bool dislikes_length(uint16_t sw)
{
    return sw == SW_WRONG_LENGTH || (sw & 0xFF00U) == SW_WRONG_LE;
}

enum dr_status bac_authenticate(struct session *session, const struct mrz *mrz)
{
    struct attempt attempt;
    uint8_t information[MRZ_INFORMATION_MAX];
    uint8_t first_challenge[NONCE_SIZE];
    size_t information_len = 0;
    struct bytes answer;
    enum dr_status status;

    memset(&attempt, 0, sizeof attempt);
    if (session->is_protected) {
        return DR_ERR_STATE;
    }
    status = mrz_information(mrz, information, &information_len);
    if (status != DR_OK) {
        goto out;
    }
    status = bac_derive_keys(bytes_of(information, information_len), &attempt.keys);
    if (status != DR_OK) {
        goto out;
    }
    status = get_challenge(session, attempt.rnd_ic);
    if (status != DR_OK) {
        goto out;
    }
    status = authenticate(session, &attempt, TOKEN_SIZE, &answer);
    if (status != DR_OK) {
        goto out;
    }
    if (dislikes_length(session->sw)) {
        /* Some chips take only Le 00. A new challenge, which must not be the old one. */
        memcpy(first_challenge, attempt.rnd_ic, NONCE_SIZE);
        status = get_challenge(session, attempt.rnd_ic);
        if (status == DR_OK && memcmp(first_challenge, attempt.rnd_ic, NONCE_SIZE) == 0) {
            status = DR_ERR_PROTOCOL;
        }
        if (status == DR_OK) {
            status = authenticate(session, &attempt, 256, &answer);
        }
        if (status != DR_OK) {
            goto out;
        }
    }
    status = judge_authentication(session->sw);
    if (status == DR_OK) {
        status = bac_finish(&attempt.keys, attempt.rnd_ic, attempt.rnd_ifd, attempt.k_ifd, answer, &session->sm);
    }
    session->is_protected = status == DR_OK;
out:
    crypto_wipe(&attempt, sizeof attempt);
    crypto_wipe(information, sizeof information);
    return status;
}
