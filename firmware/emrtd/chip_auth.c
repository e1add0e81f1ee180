#include "emrtd/chip_auth.h"

#include "crypto/kdf.h"
#include "crypto/memory.h"
#include "emrtd/general_auth.h"

#define MSE_P1_COMPUTE 0x41U
#define MSE_P2_KAT 0xA6U
#define MSE_P2_AT 0xA4U
#define DO_PROTOCOL 0x80U
#define DO_PRIVATE_KEY 0x84U
#define DO_EPHEMERAL 0x91U
#define DO_GENERAL_EPHEMERAL 0x80U

enum dr_status chip_auth_begin(struct chip_auth *run, const struct chip_auth_info *info)
{
    memset(run, 0, sizeof *run);
    return agreement_begin(&run->agreement, &info->domain);
}

void chip_auth_end(struct chip_auth *run)
{
    agreement_end(&run->agreement);
    crypto_wipe(run, sizeof *run);
}

enum dr_status chip_auth_agree(struct chip_auth *run, const struct chip_auth_info *info)
{
    size_t len = sizeof run->scratch;
    enum dr_status status;

    run->public_key_len = sizeof run->public_key;
    status = agreement_generate(&run->agreement, run->public_key, &run->public_key_len);
    if (status == DR_OK) {
        status = agreement_shared(&run->agreement, info->public_key, run->scratch, &len);
    }
    if (status == DR_OK) {
        run->sm.algorithm = info->cipher;
        status = kdf_derive(info->cipher, bytes_of(run->scratch, len), KDF_ENC, run->sm.ks_enc);
    }
    if (status == DR_OK) {
        status = kdf_derive(info->cipher, bytes_of(run->scratch, len), KDF_MAC, run->sm.ks_mac);
    }
    crypto_wipe(run->scratch, sizeof run->scratch);
    return status;
}

/* A data object behind those there are; the caller has left room for its header. False when it does not fit. */
static bool add_object(struct chip_auth *run, size_t *at, uint16_t tag, struct bytes value)
{
    size_t header = tlv_write_header(run->scratch + *at, sizeof run->scratch - *at, tag, value.len);

    if (header == 0 || value.len > sizeof run->scratch - *at - header) {
        return false;
    }
    memcpy(run->scratch + *at + header, value.data, value.len);
    *at += header + value.len;
    return true;
}

/* DO84 names the key where there are several, that is where it has a number (6.2.4). As few octets as it needs. */
static bool add_key_id(struct chip_auth *run, const struct chip_auth_info *info, size_t *at)
{
    uint8_t octets[8];
    size_t skip = 0;

    if (!info->has_key_id) {
        return true;
    }
    put_be64(octets, info->key_id);
    while (skip < 7 && octets[skip] == 0) {
        skip++;
    }
    return add_object(run, at, DO_PRIVATE_KEY, bytes_of(octets + skip, 8 - skip));
}

/* MSE:Set with what is in scratch; no answer data, no Le. */
static enum dr_status set(struct session *session, const struct chip_auth *run, uint8_t p2, size_t len)
{
    const struct apdu_command command = {
        .ins = APDU_INS_MANAGE_SECURITY, .p1 = MSE_P1_COMPUTE, .p2 = p2, .data = {run->scratch, len}};
    struct bytes answer;
    enum dr_status status = session_exchange(session, &command, &answer);

    if (status != DR_OK) {
        /* Nothing was sent: too long for a short command, or for the reader's frame. */
        return status == DR_ERR_ARGUMENT || status == DR_ERR_NO_SPACE ? DR_ERR_UNSUPPORTED : status;
    }
    return session->sw == SW_OK ? DR_OK : DR_ERR_CARD_STATUS;
}

/* 6.2.4.1 */
static enum dr_status by_set_kat(struct session *session, const struct chip_auth_info *info, struct chip_auth *run)
{
    size_t at = 0;

    if (!add_object(run, &at, DO_EPHEMERAL, bytes_of(run->public_key, run->public_key_len)) ||
        !add_key_id(run, info, &at)) {
        return DR_ERR_UNSUPPORTED;
    }
    return set(session, run, MSE_P2_KAT, at);
}

/* 6.2.4.2 */
static enum dr_status by_general_authenticate(struct session *session, const struct chip_auth_info *info,
                                              struct chip_auth *run)
{
    struct bytes answer;
    size_t at = 0;
    enum dr_status status;

    if (!add_object(run, &at, DO_PROTOCOL, info->protocol) || !add_key_id(run, info, &at)) {
        return DR_ERR_UNSUPPORTED;
    }
    status = set(session, run, MSE_P2_AT, at);
    if (status != DR_OK) {
        return status;
    }
    status = general_authenticate(session, false, DO_GENERAL_EPHEMERAL, bytes_of(run->public_key, run->public_key_len),
                                  &answer);
    return status == DR_ERR_ARGUMENT || status == DR_ERR_NO_SPACE ? DR_ERR_UNSUPPORTED : status;
}

enum dr_status chip_auth_authenticate(struct session *session, const struct chip_auth_info *info, struct chip_auth *run)
{
    enum dr_status status = chip_auth_begin(run, info);

    if (status == DR_OK) {
        status = chip_auth_agree(run, info);
    }
    if (status != DR_OK) {
        goto out;
    }
    status = DR_ERR_CARD_STATUS;
    if (info->cipher == CIPHER_3DES_2KEY) {
        status = by_set_kat(session, info, run);
    }
    if (status == DR_ERR_CARD_STATUS) {
        status = by_general_authenticate(session, info, run);
    }
    if (status == DR_OK) {
        /* The answer to the last command came under the old keys (9.8.2); the counter starts at zero. */
        session_protect(session, &run->sm);
    }
out:
    chip_auth_end(run);
    return status;
}
