#include "emrtd/secure_messaging.h"

#include "codec/tlv.h"
#include "crypto/memory.h"

/* Data objects of ICAO 9303-11 9.8.4. */
#define DO_ENCRYPTED_ODD 0x85U /* cryptogram of BER-TLV, for odd INS */
#define DO_ENCRYPTED 0x87U     /* padding indicator and cryptogram */
#define DO_LE 0x97U
#define DO_STATUS 0x99U
#define DO_MAC 0x8EU

#define PADDING_INDICATOR 0x01U /* ISO 9797-1 method 2 */
#define MAC_OBJECT_SIZE (2U + MAC_SIZE)
#define STATUS_OBJECT_SIZE 4U
/* A response to a short Le of 00 has at most this much before its status word (ISO 7816-4 5.1). */
#define MAX_SHORT_RESPONSE 256U

/* MAC input of the longest command or response: SSC, header block, objects, padding. */
#define MAC_INPUT_MAX (2U * CIPHER_MAX_BLOCK + PORT_NFC_MAX_RESPONSE + CIPHER_MAX_BLOCK)

static void increment_ssc(struct secure_messaging *sm)
{
    size_t at = cipher_block_size(sm->algorithm);

    while (at > 0 && ++sm->ssc[--at] == 0) {
    }
}

/* The IV is zero for 3DES (9.8.6.1) and E(KSenc, SSC) for AES (9.8.7.1). */
static enum dr_status make_iv(const struct secure_messaging *sm, uint8_t iv[CIPHER_MAX_BLOCK])
{
    if (sm->algorithm == CIPHER_3DES_2KEY) {
        memset(iv, 0, CIPHER_MAX_BLOCK);
        return DR_OK;
    }
    return cipher_encrypt_block(sm->algorithm, sm->ks_enc, sm->ssc, iv);
}

/* Length of the cryptogram of `len` plain octets. */
static size_t padded_size(size_t len, size_t block)
{
    return len - len % block + block;
}

static size_t length_octets(size_t len)
{
    return len < 0x80 ? 1 : len <= 0xFF ? 2 : 3;
}

static size_t command_object_size(const struct apdu_command *command, size_t block)
{
    size_t value;

    if (command->data.len == 0) {
        return 0;
    }
    value = padded_size(command->data.len, block) + (command->ins & 1 ? 0 : 1);
    return 1 + length_octets(value) + value;
}

/* DO87, or DO85 for odd INS, of the command's data. Returns through *len what it wrote. */
static enum dr_status write_cryptogram(const struct secure_messaging *sm, const struct apdu_command *command,
                                       uint8_t *out, size_t cap, size_t *len)
{
    uint8_t iv[CIPHER_MAX_BLOCK];
    bool odd = (command->ins & 1) != 0;
    size_t block = cipher_block_size(sm->algorithm);
    size_t padded = padded_size(command->data.len, block);
    size_t at = tlv_write_header(out, cap, odd ? DO_ENCRYPTED_ODD : DO_ENCRYPTED, padded + (odd ? 0 : 1));
    enum dr_status status;

    if (at == 0 || at + 1 + padded > cap) {
        return DR_ERR_NO_SPACE;
    }
    if (!odd) {
        out[at++] = PADDING_INDICATOR;
    }
    memcpy(out + at, command->data.data, command->data.len);
    (void)mac_pad(out + at, command->data.len, padded, block);
    status = make_iv(sm, iv);
    if (status == DR_OK) {
        status = cipher_cbc_encrypt(sm->algorithm, sm->ks_enc, iv, out + at, padded, out + at);
    }
    *len = at + padded;
    return status;
}

enum dr_status secure_messaging_wrap(struct secure_messaging *sm, const struct apdu_command *command, uint8_t *out,
                                     size_t *len)
{
    uint8_t input[MAC_INPUT_MAX];
    uint8_t mac[MAC_SIZE];
    size_t block = cipher_block_size(sm->algorithm);
    size_t objects_at = 2 * block;
    bool extended = apdu_is_extended(command);
    size_t le_object = command->le == APDU_NO_LE ? 0 : extended ? 4 : 3;
    size_t objects_len = block == 0 ? 0 : command_object_size(command, block) + le_object;
    size_t at = objects_at;
    size_t written, total, end;
    enum dr_status status = DR_OK;

    if (block == 0) {
        return DR_ERR_ARGUMENT;
    }
    extended = extended || objects_len + MAC_OBJECT_SIZE > APDU_SHORT_DATA;
    total = 4 + (extended ? 3U : 1U) + objects_len + MAC_OBJECT_SIZE + (extended ? 2U : 1U);
    if (total > *len || total > PORT_NFC_MAX_COMMAND) {
        return DR_ERR_NO_SPACE;
    }

    increment_ssc(sm); /* 9.8.2 */
    memcpy(input, sm->ssc, block);
    input[block] = command->cla | APDU_CLA_SECURE;
    input[block + 1] = command->ins;
    input[block + 2] = command->p1;
    input[block + 3] = command->p2;
    (void)mac_pad(input + block, 4, block, block);
    if (command->data.len > 0) {
        status = write_cryptogram(sm, command, input + at, sizeof input - at, &written);
        if (status != DR_OK) {
            goto out;
        }
        at += written;
    }
    if (command->le != APDU_NO_LE) {
        input[at++] = DO_LE;
        input[at++] = (uint8_t)(le_object - 2);
        if (le_object == 4) {
            input[at++] = (uint8_t)(command->le >> 8);
        }
        input[at++] = (uint8_t)command->le;
    }

    out[0] = input[block];
    out[1] = command->ins;
    out[2] = command->p1;
    out[3] = command->p2;
    end = 4 + apdu_encode_length(out + 4, objects_len + MAC_OBJECT_SIZE, extended);
    memcpy(out + end, input + objects_at, objects_len);
    end += objects_len;

    /* The header block is padded by itself; nothing follows it in a command without data and Le (ISO 7816-4 10.2.3). */
    if (at > objects_at) {
        at = mac_pad(input, at, sizeof input, block);
    }
    status = mac_compute(sm->algorithm, sm->ks_mac, bytes_of(input, at), mac);
    if (status != DR_OK) {
        goto out;
    }
    out[end] = DO_MAC;
    out[end + 1] = MAC_SIZE;
    memcpy(out + end + 2, mac, MAC_SIZE);
    memset(out + end + 2 + MAC_SIZE, 0, total - end - 2 - MAC_SIZE); /* Le': all there is */
    *len = total;
out:
    crypto_wipe(input, sizeof input);
    return status;
}

/* The objects of a response, found before anything is believed. */
struct protected_response {
    struct bytes covered;    /* everything before DO8E */
    struct bytes cryptogram; /* of DO85 or DO87, padding indicator included; empty when absent */
    uint16_t cryptogram_tag; /* 0 when absent */
    struct bytes mac;
    uint16_t sw;
};

/* [DO85 or DO87] DO99 DO8E and nothing else, in this order (9.8.4). */
static enum dr_status find_objects(struct bytes body, struct protected_response *found)
{
    struct bytes rest = body;
    struct tlv_item item;

    memset(found, 0, sizeof *found);
    if (tlv_next(&rest, &item) != DR_OK) {
        return DR_ERR_PROTOCOL;
    }
    if (item.tag == DO_ENCRYPTED || item.tag == DO_ENCRYPTED_ODD) {
        found->cryptogram_tag = item.tag;
        found->cryptogram = item.value;
        if (rest.len == 0) {
            return DR_ERR_SIGNATURE;
        }
        if (tlv_next(&rest, &item) != DR_OK) {
            return DR_ERR_PROTOCOL;
        }
    }
    if (item.tag != DO_STATUS || item.value.len != 2) {
        return DR_ERR_PROTOCOL;
    }
    found->sw = get_be16(item.value.data);
    found->covered = bytes_of(body.data, body.len - rest.len);
    if (rest.len == 0) {
        return DR_ERR_SIGNATURE;
    }
    if (tlv_next(&rest, &item) != DR_OK || item.tag != DO_MAC || item.value.len != MAC_SIZE || rest.len != 0) {
        return DR_ERR_PROTOCOL;
    }
    found->mac = item.value;
    return DR_OK;
}

static enum dr_status check_mac(const struct secure_messaging *sm, const struct protected_response *found)
{
    uint8_t input[MAC_INPUT_MAX];
    uint8_t mac[MAC_SIZE];
    size_t block = cipher_block_size(sm->algorithm);
    size_t len = block + found->covered.len;
    enum dr_status status;

    if (len >= sizeof input) {
        return DR_ERR_PROTOCOL;
    }
    memcpy(input, sm->ssc, block);
    memcpy(input + block, found->covered.data, found->covered.len);
    len = mac_pad(input, len, sizeof input, block);
    if (len == 0) {
        return DR_ERR_PROTOCOL;
    }
    status = mac_compute(sm->algorithm, sm->ks_mac, bytes_of(input, len), mac);
    if (status == DR_OK && !crypto_equal(mac, found->mac.data, MAC_SIZE)) {
        status = DR_ERR_SIGNATURE;
    }
    return status;
}

/* Decrypts in place; `plain` has room for the cryptogram. */
static enum dr_status open_cryptogram(const struct secure_messaging *sm, const struct protected_response *found,
                                      uint8_t *plain, size_t *len)
{
    uint8_t iv[CIPHER_MAX_BLOCK];
    struct bytes cryptogram = found->cryptogram;
    size_t block = cipher_block_size(sm->algorithm);
    enum dr_status status;

    if (found->cryptogram_tag == DO_ENCRYPTED) {
        if (cryptogram.len == 0 || cryptogram.data[0] != PADDING_INDICATOR) {
            return DR_ERR_PROTOCOL;
        }
        cryptogram = bytes_of(cryptogram.data + 1, cryptogram.len - 1);
    }
    if (cryptogram.len == 0 || cryptogram.len % block != 0) {
        return DR_ERR_PROTOCOL;
    }
    status = make_iv(sm, iv);
    if (status != DR_OK) {
        return status;
    }
    memmove(plain, cryptogram.data, cryptogram.len);
    status = cipher_cbc_decrypt(sm->algorithm, sm->ks_enc, iv, plain, cryptogram.len, plain);
    if (status != DR_OK) {
        return status;
    }
    *len = cryptogram.len;
    return mac_unpad(plain, len, block) == DR_OK ? DR_OK : DR_ERR_PROTOCOL;
}

/* A chip reports an SM error, and nothing else, in the clear (9.8.5). Success in the clear is somebody else's. */
static enum dr_status judge_bare_status(uint16_t sw)
{
    uint8_t sw1 = (uint8_t)(sw >> 8);

    return sw1 == 0x90 || sw1 == 0x61 || sw1 == 0x62 ? DR_ERR_SIGNATURE : DR_ERR_CARD_STATUS;
}

enum dr_status secure_messaging_unwrap(struct secure_messaging *sm, uint8_t *response, size_t len, struct bytes *data,
                                       uint16_t *sw)
{
    struct protected_response found;
    size_t plain_len = 0;
    enum dr_status status;

    *data = bytes_of(NULL, 0);
    *sw = 0;
    if (len < 2 || len > PORT_NFC_MAX_RESPONSE) {
        return DR_ERR_PROTOCOL;
    }
    *sw = get_be16(response + len - 2);
    increment_ssc(sm); /* 9.8.2 */
    if (len == 2) {
        return judge_bare_status(*sw);
    }
    status = find_objects(bytes_of(response, len - 2), &found);
    if (status != DR_OK) {
        return status;
    }
    status = check_mac(sm, &found);
    if (status != DR_OK) {
        return status;
    }
    if (found.sw != *sw) {
        return DR_ERR_SIGNATURE;
    }
    if (found.cryptogram_tag != 0) {
        status = open_cryptogram(sm, &found, response, &plain_len);
        if (status != DR_OK) {
            return status;
        }
        *data = bytes_of(response, plain_len);
    }
    return DR_OK;
}

size_t secure_messaging_max_read(const struct secure_messaging *sm, size_t response_max)
{
    size_t block = cipher_block_size(sm->algorithm);
    size_t room = response_max < 2 ? 0 : response_max - 2;
    size_t overhead = 1 + 2 + 1 + STATUS_OBJECT_SIZE + MAC_OBJECT_SIZE; /* DO87 with a length of two octets */

    if (room > MAX_SHORT_RESPONSE) {
        room = MAX_SHORT_RESPONSE;
    }
    if (block == 0 || room < overhead + block) {
        return 0;
    }
    room -= overhead;
    return room - room % block - 1; /* at least one octet is padding */
}

void secure_messaging_end(struct secure_messaging *sm)
{
    crypto_wipe(sm, sizeof *sm);
}
