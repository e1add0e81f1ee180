#include "emrtd/active_auth.h"

#include "codec/tlv.h"
#include "crypto/drbg.h"
#include "crypto/iso9796.h"
#include "trust/algorithm.h"

#define TAG_DG15 0x6FU

enum dr_status active_auth_read_key(struct bytes file, struct public_key *key)
{
    struct der_reader reader;
    struct tlv_item item;
    enum dr_status status = tlv_next(&file, &item);

    if (status == DR_OK && (item.tag != TAG_DG15 || file.len != 0)) {
        status = DR_ERR_MALFORMED;
    }
    if (status != DR_OK) {
        return status;
    }
    reader = der_reader_of(item.value);
    status = algorithm_read_public_key(&reader, key);
    return status == DR_OK ? der_finish(&reader) : status;
}

/* The hash is no longer than the key (6.1.2.3); P-521 takes the longest. */
static bool hash_fits(enum curve_id curve, enum hash_algorithm hash)
{
    return hash_size(hash) <= curve_field_size(curve);
}

/* Plain by the standard, as DER by some chips; both say the same two numbers. */
static enum dr_status verify_ecdsa(const struct public_key *key, enum hash_algorithm hash, struct bytes challenge,
                                   struct bytes answer)
{
    struct signature_algorithm algorithm = {.scheme = SIGNATURE_ECDSA_PLAIN, .hash = hash};
    uint8_t digest[HASH_MAX_SIZE];
    enum dr_status status = hash_compute(hash, challenge, digest);

    if (status != DR_OK) {
        return status;
    }
    /* A DER signature is never as long as a plain one unless it is shorter inside: its length tells which it is. */
    if (answer.len != 2 * curve_field_size(key->curve)) {
        algorithm.scheme = SIGNATURE_ECDSA;
    }
    status = public_key_verify(key, &algorithm, bytes_of(digest, hash_size(hash)), answer);
    if (status == DR_ERR_SIGNATURE && algorithm.scheme == SIGNATURE_ECDSA_PLAIN) {
        algorithm.scheme = SIGNATURE_ECDSA;
        status = public_key_verify(key, &algorithm, bytes_of(digest, hash_size(hash)), answer);
    }
    return status;
}

static enum dr_status try_hashes(const struct public_key *key, struct bytes challenge, struct bytes answer)
{
    static const uint8_t hashes[] = {HASH_SHA256, HASH_SHA224, HASH_SHA384, HASH_SHA512};
    enum dr_status status = DR_ERR_SIGNATURE;
    size_t i;

    for (i = 0; i < sizeof hashes && status == DR_ERR_SIGNATURE; i++) {
        if (hash_fits(key->curve, (enum hash_algorithm)hashes[i])) {
            status = verify_ecdsa(key, (enum hash_algorithm)hashes[i], challenge, answer);
        }
    }
    return status;
}

enum dr_status active_auth_verify(const struct public_key *key, enum hash_algorithm hash,
                                  const uint8_t challenge[ACTIVE_AUTH_CHALLENGE], struct bytes answer)
{
    struct bytes m2 = bytes_of(challenge, ACTIVE_AUTH_CHALLENGE);

    switch (key->type) {
    case KEY_RSA:
        return iso9796_verify(key, m2, answer);
    case KEY_EC:
        if (hash == HASH_NONE) {
            return try_hashes(key, m2, answer);
        }
        return hash != HASH_SHA1 && hash_fits(key->curve, hash) ? verify_ecdsa(key, hash, m2, answer)
                                                                : DR_ERR_UNSUPPORTED;
    default:
        return DR_ERR_UNSUPPORTED;
    }
}

/* Octets of the longest answer that a short command gets (6.1.4). */
static size_t longest_short_answer(const struct session *session)
{
    return session->is_protected ? secure_messaging_max_read(&session->sm, PORT_NFC_MAX_RESPONSE) : APDU_SHORT_LE;
}

enum dr_status active_auth_authenticate(struct session *session, const struct public_key *key, enum hash_algorithm hash)
{
    uint8_t challenge[ACTIVE_AUTH_CHALLENGE];
    struct apdu_command command = {
        .ins = APDU_INS_INTERNAL_AUTHENTICATE, .data = {challenge, sizeof challenge}, .le = APDU_SHORT_LE};
    struct bytes answer;
    enum dr_status status = drbg_random(challenge, sizeof challenge);

    /* The extended form only where the answer needs it: some chips answer nothing to it (CN), others cut the answer (AU). */
    if (key->type == KEY_RSA && key->rsa_modulus.len > longest_short_answer(session)) {
        command.le = (uint16_t)key->rsa_modulus.len;
        if (command.le <= APDU_SHORT_LE) {
            command.le = APDU_SHORT_LE + 1;
        }
    }

    if (status == DR_OK) {
        status = session_exchange(session, &command, &answer);
    }
    if (status != DR_OK) {
        return status;
    }
    if (session->sw != SW_OK) {
        return DR_ERR_CARD_STATUS;
    }
    /* Some chips cut what does not fit a short answer, and say 9000 (AU). */
    if (key->type == KEY_RSA && answer.len < key->rsa_modulus.len) {
        return DR_ERR_UNSUPPORTED;
    }
    return active_auth_verify(key, hash, challenge, answer);
}
