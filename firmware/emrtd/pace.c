#include "emrtd/pace.h"

#include "codec/tlv.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "crypto/memory.h"

#define TAG_PUBLIC_KEY 0x7F49U
#define TAG_OID 0x06U
#define TAG_DH_VALUE 0x84U
#define TAG_EC_POINT 0x86U
#define CAN_MIN 4U

enum dr_status pace_password_from_mrz(const struct mrz *mrz, struct pace_password *password)
{
    uint8_t information[MRZ_INFORMATION_MAX];
    uint8_t digest[HASH_MAX_SIZE];
    size_t len;
    enum dr_status status = mrz_information(mrz, information, &len);

    if (status == DR_OK) {
        status = hash_compute(HASH_SHA1, bytes_of(information, len), digest);
    }
    if (status == DR_OK) {
        password->id = PACE_PASSWORD_MRZ;
        password->len = hash_size(HASH_SHA1);
        memcpy(password->octets, digest, password->len);
    }
    crypto_wipe(information, sizeof information);
    crypto_wipe(digest, sizeof digest);
    return status;
}

enum dr_status pace_password_from_can(struct bytes can, struct pace_password *password)
{
    if (can.len < CAN_MIN || can.len > sizeof password->octets) {
        return DR_ERR_ARGUMENT;
    }
    password->id = PACE_PASSWORD_CAN;
    password->len = can.len;
    memcpy(password->octets, can.data, can.len);
    return DR_OK;
}

enum dr_status pace_begin(struct pace *pace, const struct pace_info *info)
{
    struct agreement_domain domain = {.curve = CURVE_NONE};
    enum dr_status status, begun;

    memset(pace, 0, sizeof *pace);
    pace->info = *info;
    status = agreement_standard_domain(info->parameter_id, &domain);
    begun = agreement_begin(&pace->agreement, &domain); /* even so, that it can be ended */
    return status == DR_OK ? begun : status;
}

void pace_end(struct pace *pace)
{
    agreement_end(&pace->agreement);
    crypto_wipe(&pace->info, sizeof *pace - offsetof(struct pace, info));
}

/* l is a multiple of the block; for integrated mapping the smallest that a key fits in (4.4.3.3). */
static bool is_nonce_size(const struct pace_info *info, size_t len)
{
    size_t block = cipher_block_size(info->cipher);
    size_t key = cipher_key_size(info->cipher);

    if (info->mapping == PACE_INTEGRATED) {
        return len == (key + block - 1) / block * block;
    }
    return len > 0 && len <= PACE_MAX_NONCE && len % block == 0;
}

enum dr_status pace_decrypt_nonce(struct pace *pace, const struct pace_password *password, struct bytes z)
{
    static const uint8_t zero[PACE_MAX_NONCE];
    uint8_t key[CIPHER_MAX_KEY];
    enum dr_status status;

    if (!is_nonce_size(&pace->info, z.len)) {
        return DR_ERR_PROTOCOL;
    }
    status = kdf_derive(pace->info.cipher, bytes_of(password->octets, password->len), KDF_PASSWORD, key);
    if (status == DR_OK) {
        pace->nonce_len = z.len;
        status = cipher_cbc_decrypt(pace->info.cipher, key, NULL, z.data, z.len, pace->nonce);
    }
    /* No chip with a working random source sends it, and with it the mapping no longer depends on the password. */
    if (status == DR_OK && crypto_equal(pace->nonce, zero, pace->nonce_len)) {
        status = DR_ERR_PROTOCOL;
    }
    crypto_wipe(key, sizeof key);
    return status;
}

enum dr_status pace_public_key(struct pace *pace, struct bytes *key)
{
    enum dr_status status;

    pace->own_public_len = sizeof pace->own_public;
    status = agreement_generate(&pace->agreement, pace->own_public, &pace->own_public_len);
    *key = bytes_of(pace->own_public, pace->own_public_len);
    return status;
}

/* T = MAC(KS_MAC, 7F49 { protocol, public key }) (4.4.3.4, 9.4.3, 9.4.4). */
static enum dr_status compute_token(struct pace *pace, struct bytes key, uint8_t token[MAC_SIZE])
{
    uint8_t *out = pace->scratch;
    size_t cap = sizeof pace->scratch - CIPHER_MAX_BLOCK; /* the retail MAC's padding */
    uint8_t header[2][4];
    size_t oid_header = tlv_write_header(header[0], sizeof header[0], TAG_OID, pace->info.protocol.len);
    size_t key_header =
        tlv_write_header(header[1], sizeof header[1], pace->info.is_ec ? TAG_EC_POINT : TAG_DH_VALUE, key.len);
    size_t len = oid_header + pace->info.protocol.len + key_header + key.len;
    size_t at = tlv_write_header(out, cap, TAG_PUBLIC_KEY, len);

    if (oid_header == 0 || key_header == 0 || at == 0 || at + len > cap) {
        return DR_ERR_MALFORMED;
    }
    memcpy(out + at, header[0], oid_header);
    at += oid_header;
    memcpy(out + at, pace->info.protocol.data, pace->info.protocol.len);
    at += pace->info.protocol.len;
    memcpy(out + at, header[1], key_header);
    at += key_header;
    memcpy(out + at, key.data, key.len);
    at += key.len;
    if (pace->info.cipher == CIPHER_3DES_2KEY) {
        at = mac_pad(out, at, sizeof pace->scratch, cipher_block_size(CIPHER_3DES_2KEY));
    }
    return mac_compute(pace->info.cipher, pace->sm.ks_mac, bytes_of(out, at), token);
}

enum dr_status pace_agree(struct pace *pace, struct bytes chip_key)
{
    struct bytes own = bytes_of(pace->own_public, pace->own_public_len);
    size_t len = AGREEMENT_MAX_SHARED;
    enum dr_status status;

    if (bytes_equal(chip_key, own)) { /* 4.4.1 step 3d */
        return DR_ERR_PROTOCOL;
    }
    status = agreement_shared(&pace->agreement, chip_key, pace->scratch, &len);
    if (status == DR_OK) {
        pace->sm.algorithm = pace->info.cipher;
        status = kdf_derive(pace->info.cipher, bytes_of(pace->scratch, len), KDF_ENC, pace->sm.ks_enc);
    }
    if (status == DR_OK) {
        status = kdf_derive(pace->info.cipher, bytes_of(pace->scratch, len), KDF_MAC, pace->sm.ks_mac);
    }
    crypto_wipe(pace->scratch, sizeof pace->scratch);
    if (status == DR_OK) {
        status = compute_token(pace, chip_key, pace->token);
    }
    if (status == DR_OK) {
        status = compute_token(pace, own, pace->expected_token);
    }
    return status;
}

enum dr_status pace_verify_token(const struct pace *pace, struct bytes token)
{
    if (token.len != MAC_SIZE) {
        return DR_ERR_PROTOCOL;
    }
    return crypto_equal(token.data, pace->expected_token, MAC_SIZE) ? DR_OK : DR_ERR_SIGNATURE;
}

/* 4.4.3.5: CBC with IV = E(KS_Enc, FF..FF), padding method 2. The length is judged with the curve, when it is used. */
enum dr_status pace_decrypt_chip_auth(struct pace *pace, struct bytes encrypted)
{
    struct pace_chip_auth *chip_auth = &pace->chip_auth;
    uint8_t iv[CIPHER_MAX_BLOCK];
    size_t len = encrypted.len, block = cipher_block_size(pace->info.cipher);
    enum dr_status status;

    if (len == 0 || len % block != 0 || len > sizeof pace->scratch) {
        return DR_ERR_PROTOCOL;
    }
    memset(iv, 0xFF, sizeof iv);
    status = cipher_encrypt_block(pace->info.cipher, pace->sm.ks_enc, iv, iv);
    if (status == DR_OK) {
        status = cipher_cbc_decrypt(pace->info.cipher, pace->sm.ks_enc, iv, encrypted.data, len, pace->scratch);
    }
    if (status == DR_OK) {
        status =
            mac_unpad(pace->scratch, &len, block) == DR_OK && len <= sizeof chip_auth->data ? DR_OK : DR_ERR_PROTOCOL;
    }
    if (status == DR_OK) {
        memcpy(chip_auth->data, pace->scratch, len);
        chip_auth->data_len = (uint8_t)len;
        chip_auth->parameter_id = pace->info.parameter_id;
        chip_auth->present = true;
    }
    crypto_wipe(pace->scratch, sizeof pace->scratch);
    return status;
}
