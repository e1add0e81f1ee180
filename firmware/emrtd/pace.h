/*
 * PACE, Password Authenticated Connection Establishment (ICAO 9303-11 4.4). Each function below is one arrow of the standard's
 * Figure 1, by the step numbers of 4.4.1; pace_authenticate runs them over a session.
 */
#ifndef DOCREV_EMRTD_PACE_H
#define DOCREV_EMRTD_PACE_H

#include "codec/mrz.h"
#include "crypto/agreement.h"
#include "emrtd/security_infos.h"
#include "emrtd/session.h"

#define PACE_MAX_NONCE 32U

/* Passwords as DO83 of MSE:Set AT names them (4.4.4.1). */
enum pace_password_id { PACE_PASSWORD_MRZ = 1, PACE_PASSWORD_CAN = 2 };

/* f(pi) of 9.7.3: what K_pi is derived from. Wipe after use. */
struct pace_password {
    enum pace_password_id id;
    uint8_t octets[20];
    size_t len;
};

/* All 20 octets of SHA-1 over the MRZ information, where BAC takes 16. */
enum dr_status pace_password_from_mrz(const struct mrz *mrz, struct pace_password *password);
/* The characters printed on the document, 4 to 20 of them. DR_ERR_ARGUMENT. */
enum dr_status pace_password_from_can(struct bytes can, struct pace_password *password);

/* What chip authentication mapping leaves to be proven with the chip's signed key (4.4.3.5.2). */
struct pace_chip_auth {
    bool present;
    uint8_t parameter_id;                    /* the key's keyId (9.2.1) */
    uint8_t data[EC_AGREE_MAX_FIELD];        /* CA_IC, decrypted */
    uint8_t mapping_key[EC_AGREE_MAX_POINT]; /* PK_Map,IC */
    uint8_t data_len, mapping_key_len;
};

/* One run. About 1.2 KB. pace_end on every path after pace_begin; it leaves chip_auth. */
struct pace {
    struct pace_chip_auth chip_auth; /* kept by pace_end */
    struct pace_info info;
    struct agreement agreement;
    struct secure_messaging sm;    /* session keys, once derived */
    uint8_t nonce[PACE_MAX_NONCE]; /* s */
    size_t nonce_len;
    uint8_t t[PACE_MAX_NONCE];                /* integrated mapping's own nonce */
    uint8_t own_public[AGREEMENT_MAX_PUBLIC]; /* of the mapping, then of the key agreement */
    size_t own_public_len;
    uint8_t token[MAC_SIZE];          /* T_IFD, to send */
    uint8_t expected_token[MAC_SIZE]; /* T_IC */
    uint8_t scratch[320];             /* token input, pseudo-random number, command data */
};

/* Loads the domain parameters that the PACEInfo names. */
enum dr_status pace_begin(struct pace *pace, const struct pace_info *info);
void pace_end(struct pace *pace);

/* Step 2: s = D(K_pi, z). DR_ERR_PROTOCOL for a nonce of no length of this cipher, or an all-zero one. */
enum dr_status pace_decrypt_nonce(struct pace *pace, const struct pace_password *password, struct bytes z);

/* Step 3a, to the chip: PK_Map,IFD, or the nonce t. *data is valid until the next call. */
enum dr_status pace_mapping_data(struct pace *pace, struct bytes *data);
/* Steps 3a and 3b, from the chip: PK_Map,IC (or nothing); the generator becomes the mapped one. */
enum dr_status pace_map(struct pace *pace, struct bytes chip_data);

/* Step 3c, to the chip: PK_DH,IFD. */
enum dr_status pace_public_key(struct pace *pace, struct bytes *key);
/* Steps 3c to 3f, from the chip: PK_DH,IC, which must be another than ours; session keys and both tokens. */
enum dr_status pace_agree(struct pace *pace, struct bytes chip_key);

/* Step 3f, from the chip: T_IC. DR_ERR_SIGNATURE. */
enum dr_status pace_verify_token(const struct pace *pace, struct bytes token);
/* Step 4, from the chip: A_IC of chip authentication mapping, into pace->chip_auth. DR_ERR_PROTOCOL. */
enum dr_status pace_decrypt_chip_auth(struct pace *pace, struct bytes encrypted);

/*
 * Runs what pace_begin began, in the clear, the MF being current. On DR_OK the session is protected by the new
 * keys and the current DF is still the MF.
 * DR_ERR_UNSUPPORTED: the chip does not do this protocol (refused at MSE:Set AT, or no nonce for the key it accepted there:
 * 4.4.4.1 note 1); another PACEInfo may be tried. DR_ERR_ACCESS_DENIED: it refused our token, the password is wrong.
 * DR_ERR_SIGNATURE: its token is wrong. DR_ERR_PROTOCOL, DR_ERR_MALFORMED: an answer breaks the protocol, a key is none.
 * DR_ERR_CARD_STATUS: any other refusal. `pace` is ended.
 */
enum dr_status pace_authenticate(struct session *session, struct pace *pace, const struct pace_password *password);

/* Rp before its reduction (4.4.3.3.2, Figure 2): *len octets out. t is as long as a key. For pace_map and its test. */
enum dr_status pace_pseudo_random(enum cipher_algorithm cipher, struct bytes s, const uint8_t *t, size_t field_bits,
                                  uint8_t *out, size_t *len);

#endif
