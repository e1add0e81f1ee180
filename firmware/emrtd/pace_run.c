/* PACE's commands: MSE:Set AT and a chain of GENERAL AUTHENTICATE (ICAO 9303-11 4.4.4, 4.4.5). */
#include "crypto/memory.h"
#include "emrtd/general_auth.h"
#include "emrtd/pace.h"

#define MSE_P1_MUTUAL 0xC1U
#define MSE_P2_AT 0xA4U

/* Table 4. */
enum { DO_NONCE = 0x80, DO_MAP_IFD, DO_MAP_IC, DO_KEY_IFD, DO_KEY_IC, DO_TOKEN_IFD, DO_TOKEN_IC, DO_CHIP_AUTH = 0x8A };

/*
 * DO84 goes along whenever there is a parameterId: chips with several sets want it, and none was seen to refuse it. No Le,
 * which German documents refuse.
 */
static enum dr_status set_at(struct session *session, const struct pace_info *info, enum pace_password_id password)
{
    uint8_t data[32];
    const struct apdu_command command = {
        .ins = APDU_INS_MANAGE_SECURITY, .p1 = MSE_P1_MUTUAL, .p2 = MSE_P2_AT, .data = {data, 8 + info->protocol.len}};
    uint8_t *end = data + 2 + info->protocol.len;
    struct bytes answer;
    enum dr_status status;

    if (command.data.len > sizeof data) {
        return DR_ERR_ARGUMENT;
    }
    data[0] = 0x80;
    data[1] = (uint8_t)info->protocol.len;
    memcpy(data + 2, info->protocol.data, info->protocol.len);
    memcpy(end, (const uint8_t[]){0x83, 0x01, (uint8_t)password, 0x84, 0x01, info->parameter_id}, 6);
    status = session_exchange(session, &command, &answer);
    if (status != DR_OK) {
        return status;
    }
    /* 63Cx only warns of few tries left for this password. */
    return session->sw == SW_OK || (session->sw & 0xFFF0U) == (SW_VERIFICATION_FAILED | 0x00C0U) ? DR_OK
                                                                                                 : DR_ERR_UNSUPPORTED;
}

/* Step 1: the encrypted nonce. A key that was accepted but is not there shows here (4.4.4.1 note 1). */
static enum dr_status get_nonce(struct session *session, struct pace *pace, const struct pace_password *password)
{
    struct bytes answer, z;
    enum dr_status status = general_authenticate(session, true, 0, bytes_of(NULL, 0), &answer);

    if (status == DR_ERR_CARD_STATUS && (session->sw == SW_REFERENCE_NOT_FOUND || session->sw == SW_WRONG_DATA)) {
        return DR_ERR_UNSUPPORTED;
    }
    if (status == DR_OK) {
        status = general_auth_only(answer, DO_NONCE, &z);
    }
    return status == DR_OK ? pace_decrypt_nonce(pace, password, z) : status;
}

/* Step 2: mapping data both ways. */
static enum dr_status map_nonce(struct session *session, struct pace *pace)
{
    struct bytes own, answer, theirs;
    enum dr_status status = pace_mapping_data(pace, &own);

    if (status == DR_OK) {
        status = general_authenticate(session, true, DO_MAP_IFD, own, &answer);
    }
    if (status == DR_OK) {
        status = general_auth_only(answer, DO_MAP_IC, &theirs);
    }
    return status == DR_OK ? pace_map(pace, theirs) : status;
}

/* Step 3: ephemeral public keys both ways. */
static enum dr_status agree(struct session *session, struct pace *pace)
{
    struct bytes own, answer, theirs;
    enum dr_status status = pace_public_key(pace, &own);

    if (status == DR_OK) {
        status = general_authenticate(session, true, DO_KEY_IFD, own, &answer);
    }
    if (status == DR_OK) {
        status = general_auth_only(answer, DO_KEY_IC, &theirs);
    }
    return status == DR_OK ? pace_agree(pace, theirs) : status;
}

/* 6300 by the standard; these others are what chips say of a token that is wrong, or of too many such. */
static bool is_wrong_password(uint16_t sw)
{
    return (sw & 0xFF00U) == SW_VERIFICATION_FAILED || sw == SW_WRONG_DATA || sw == SW_SECURITY_STATUS ||
           sw == SW_AUTHENTICATION_BLOCKED || sw == SW_CONDITIONS || sw == SW_SM_OBJECTS_INCORRECT;
}

/* Step 4: tokens both ways, and with chip authentication mapping always its data (4.4.5). */
static enum dr_status authenticate(struct session *session, struct pace *pace)
{
    struct bytes answer, token, encrypted;
    enum dr_status status =
        general_authenticate(session, false, DO_TOKEN_IFD, bytes_of(pace->token, MAC_SIZE), &answer);

    if (status == DR_ERR_CARD_STATUS && is_wrong_password(session->sw)) {
        return DR_ERR_ACCESS_DENIED;
    }
    if (status == DR_OK) {
        status = general_auth_find(answer, DO_TOKEN_IC, &token);
    }
    if (status == DR_OK) {
        status = pace_verify_token(pace, token);
    }
    if (status != DR_OK) {
        return status;
    }
    status = general_auth_find(answer, DO_CHIP_AUTH, &encrypted);
    if (pace->info.mapping != PACE_CHIP_AUTH) {
        return status == DR_OK ? DR_ERR_PROTOCOL : DR_OK; /* it must not be there */
    }
    return status == DR_OK ? pace_decrypt_chip_auth(pace, encrypted) : status;
}

enum dr_status pace_authenticate(struct session *session, struct pace *pace, const struct pace_password *password)
{
    enum dr_status status = set_at(session, &pace->info, password->id);

    if (status == DR_OK) {
        status = get_nonce(session, pace, password);
    }
    if (status == DR_OK) {
        status = map_nonce(session, pace);
    }
    if (status == DR_OK) {
        status = agree(session, pace);
    }
    if (status == DR_OK) {
        status = authenticate(session, pace);
    }
    if (status == DR_OK) {
        session_protect(session, &pace->sm); /* the send sequence counter starts at zero (9.8.7.3) */
    } else {
        pace->chip_auth.present = false;
    }
    pace_end(pace);
    return status;
}
