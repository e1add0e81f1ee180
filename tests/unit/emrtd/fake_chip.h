/*
 * A chip behind port_nfc, for tests: files, BAC, secure messaging from the chip's side, and the faults and habits of real
 * documents as switches. It shares the primitives with the reader but none of its code.
 */
#ifndef DOCREV_TESTS_FAKE_CHIP_H
#define DOCREV_TESTS_FAKE_CHIP_H

#include "emrtd/hex_bytes.h"

#include "codec/tlv.h"
#include "crypto/cipher.h"
#include "crypto/kdf.h"
#include "crypto/mac.h"
#include "emrtd/bac.h"
#include "emrtd/session.h"

#include <stdlib.h>

struct fake_file {
    uint16_t fid;
    uint8_t sfid;
    struct bytes content;
};

struct fake_chip;
struct fake_command;

struct fake_chip {
    struct port_nfc port;

    /* What it is. */
    struct fake_file files[8];
    size_t file_count;
    bool needs_access;    /* files only under secure messaging */
    struct bac_keys keys; /* document basic access keys */

    /* Habits. */
    bool mf_first;               /* EF.CardAccess shows after SELECT MF only */
    bool no_short_id;            /* 6A86 to READ BINARY with a short identifier */
    size_t max_read;             /* most octets it returns; 0 = any */
    uint16_t too_long_sw;        /* what it says to more; 0 = returns fewer */
    bool too_long_bare;          /* says so without secure messaging */
    bool too_long_silent;        /* answers 9000 without data */
    bool tells_length;           /* 6Cxx with what it would return */
    uint16_t select_sw;          /* answer to SELECT of the application; 0 = 9000 */
    uint16_t challenge_sw;       /* answer to GET CHALLENGE; 0 = normal */
    uint16_t authenticate_sw;    /* answer to EXTERNAL AUTHENTICATE; 0 = normal */
    bool wants_le_00;            /* 6700 to EXTERNAL AUTHENTICATE with Le 28 */
    bool same_challenge;         /* never changes RND.IC */
    uint8_t challenge_len;       /* 0 = 8 */
    size_t flip_authenticate;    /* 1 + octet of the answer to EXTERNAL AUTHENTICATE to alter */
    unsigned leave_after;        /* leaves the field at this exchange (1 = first); 0 = never */
    enum dr_status leave_status; /* how that shows */
    /* Called with each protected response before it is sent; may change it. */
    void (*tamper)(struct fake_chip *chip, uint8_t *response, size_t *len);
    unsigned tamper_at; /* exchange from which on `tamper` is called */
    /* Further commands; and what happens once the answer to them has been protected. */
    uint16_t (*more)(struct fake_chip *chip, const struct fake_command *command, uint8_t *out, size_t *len);
    void (*answered)(struct fake_chip *chip);

    /* State. */
    bool active;
    unsigned activations, exchanges, reads;
    const struct fake_file *current;
    bool mf_selected;
    uint8_t rnd_ic[8];
    bool secure;
    enum cipher_algorithm algorithm;
    uint8_t ks_enc[32], ks_mac[32], ssc[16];
    uint8_t last_command[300]; /* as received */
    size_t last_command_len;
    bool saw_plain_in_secure; /* a plain command while secure messaging was on */
};

struct fake_command {
    uint8_t ins, p1, p2;
    uint8_t data[256];
    size_t data_len, le; /* le 0 = none */
};

static inline void fake_chip_add_file(struct fake_chip *chip, uint16_t fid, uint8_t sfid, struct bytes content)
{
    chip->files[chip->file_count++] = (struct fake_file){fid, sfid, content};
}

static inline const struct fake_file *fake_find(const struct fake_chip *chip, unsigned fid, unsigned sfid)
{
    size_t i;

    for (i = 0; i < chip->file_count; i++) {
        if ((fid != 0 && chip->files[i].fid == fid) || (sfid != 0 && chip->files[i].sfid == sfid)) {
            return &chip->files[i];
        }
    }
    return NULL;
}

/* EF.CardAccess is for everybody. */
static inline bool fake_is_free(const struct fake_chip *chip, unsigned fid, unsigned sfid)
{
    return (fid == 0x011C || sfid == 0x1C) && (!chip->mf_first || chip->mf_selected);
}

static inline uint16_t fake_read(struct fake_chip *chip, size_t offset, size_t le, uint8_t *out, size_t *len)
{
    struct bytes content = chip->current->content;
    size_t most = chip->max_read;

    chip->reads++;
    *len = 0;
    if (offset >= content.len) {
        return 0x6B00;
    }
    if (most != 0 && le > most) {
        if (chip->tells_length) {
            return (uint16_t)(0x6C00 | most);
        }
        if (chip->too_long_silent) {
            return 0x9000;
        }
        if (chip->too_long_sw != 0) {
            return chip->too_long_sw;
        }
        le = most;
    }
    *len = le < content.len - offset ? le : content.len - offset;
    memcpy(out, content.data + offset, *len);
    return *len < le && most == 0 ? 0x6282 : 0x9000;
}

static inline uint16_t fake_read_binary(struct fake_chip *chip, const struct fake_command *command, uint8_t *out,
                                        size_t *len)
{
    size_t offset = (size_t)(command->p1 << 8 | command->p2), header;
    uint8_t part[300];
    uint16_t sw;
    struct bytes value;

    *len = 0;
    if (chip->needs_access && !chip->secure &&
        !(command->p1 & 0x80 ? fake_is_free(chip, 0, command->p1 & 0x1FU)
                             : chip->current != NULL && fake_is_free(chip, chip->current->fid, 0))) {
        return 0x6982;
    }
    if (command->ins == 0xB1) {
        if (tlv_find(bytes_of(command->data, command->data_len), 0x54, &value) != DR_OK || chip->current == NULL) {
            return 0x6A80;
        }
        assert_true(value.len == 2 || value.data[0] != 0); /* as short as possible */
        for (offset = 0; value.len > 0; value = bytes_of(value.data + 1, value.len - 1)) {
            offset = offset << 8 | value.data[0];
        }
        if (offset < 0x8000) {
            return 0x6B00; /* B0's range */
        }
        sw = fake_read(chip, offset, command->le > 4 ? command->le - 4 : 0, part, len);
        header = tlv_write_header(out, 4, 0x53, *len);
        memcpy(out + header, part, *len);
        *len += header;
        return sw;
    }
    if (command->p1 & 0x80) {
        if (chip->no_short_id) {
            return 0x6A86;
        }
        chip->current = fake_find(chip, 0, command->p1 & 0x1F);
        offset = command->p2;
    }
    if (chip->current == NULL) {
        return command->p1 & 0x80 ? 0x6A82 : 0x6986;
    }
    if (offset + command->le > 0x8000) {
        return 0x6700; /* B0 and B1 do not overlap */
    }
    return fake_read(chip, offset, command->le, out, len);
}

static inline uint16_t fake_authenticate(struct fake_chip *chip, const struct fake_command *command, uint8_t *out,
                                         size_t *len)
{
    uint8_t plain[32], padded[40], mac[8], k_ic[16], seed[16];
    size_t i;

    if (chip->wants_le_00 && command->le != 256) {
        return 0x6700;
    }
    if (chip->authenticate_sw != 0) {
        return chip->authenticate_sw;
    }
    assert_int_equal(command->data_len, 40);
    memcpy(padded, command->data, 32);
    mac_pad(padded, 32, 40, 8);
    assert_int_equal(mac_compute(CIPHER_3DES_2KEY, chip->keys.k_mac, bytes_of(padded, 40), mac), DR_OK);
    if (memcmp(mac, command->data + 32, 8) != 0) {
        return 0x6300;
    }
    assert_int_equal(cipher_cbc_decrypt(CIPHER_3DES_2KEY, chip->keys.k_enc, NULL, command->data, 32, plain), DR_OK);
    if (memcmp(plain + 8, chip->rnd_ic, 8) != 0) {
        return 0x6300;
    }
    for (i = 0; i < 16; i++) {
        k_ic[i] = (uint8_t)(0xC0 + i);
        seed[i] = plain[16 + i] ^ k_ic[i];
    }
    memcpy(chip->ssc, chip->rnd_ic + 4, 4);
    memcpy(chip->ssc + 4, plain + 4, 4);
    memcpy(out, chip->rnd_ic, 8);
    memcpy(out + 8, plain, 8);
    memcpy(out + 16, k_ic, 16);
    assert_int_equal(cipher_cbc_encrypt(CIPHER_3DES_2KEY, chip->keys.k_enc, NULL, out, 32, out), DR_OK);
    memcpy(padded, out, 32);
    mac_pad(padded, 32, 40, 8);
    assert_int_equal(mac_compute(CIPHER_3DES_2KEY, chip->keys.k_mac, bytes_of(padded, 40), out + 32), DR_OK);
    *len = 40;
    if (chip->flip_authenticate != 0) {
        out[chip->flip_authenticate - 1] ^= 0x01;
    }
    chip->algorithm = CIPHER_3DES_2KEY;
    assert_int_equal(kdf_derive(chip->algorithm, bytes_of(seed, 16), KDF_ENC, chip->ks_enc), DR_OK);
    assert_int_equal(kdf_derive(chip->algorithm, bytes_of(seed, 16), KDF_MAC, chip->ks_mac), DR_OK);
    chip->secure = true;
    return 0x9000;
}

/* One plain command. *len: octets of data out. */
static inline uint16_t fake_process(struct fake_chip *chip, const struct fake_command *command, uint8_t *out,
                                    size_t *len)
{
    *len = 0;
    switch (command->ins) {
    case 0xA4:
        if (command->le != 0) {
            return 0x6700; /* German documents refuse Le here */
        }
        if (command->p1 == 0x04) {
            chip->current = NULL;
            return chip->select_sw != 0 ? chip->select_sw : 0x9000;
        }
        if (command->p1 == 0x00) {
            chip->mf_selected = command->data_len == 2 && get_be16(command->data) == 0x3F00;
            return 0x9000;
        }
        if (command->p1 != 0x02 || command->p2 != 0x0C || command->data_len != 2) {
            return 0x6A86;
        }
        if (chip->needs_access && !chip->secure && !fake_is_free(chip, get_be16(command->data), 0)) {
            return 0x6982;
        }
        chip->current = fake_find(chip, get_be16(command->data), 0);
        return chip->current != NULL ? 0x9000 : 0x6A82;
    case 0xB0:
    case 0xB1:
        return fake_read_binary(chip, command, out, len);
    case 0x84:
        if (chip->challenge_sw != 0) {
            return chip->challenge_sw;
        }
        if (!chip->same_challenge) {
            chip->rnd_ic[0]++;
        }
        *len = chip->challenge_len != 0 ? chip->challenge_len : 8;
        memcpy(out, chip->rnd_ic, 8);
        return 0x9000;
    case 0x82:
        return fake_authenticate(chip, command, out, len);
    default:
        return chip->more != NULL ? chip->more(chip, command, out, len) : 0x6D00;
    }
}

static inline void fake_count(struct fake_chip *chip)
{
    size_t at = cipher_block_size(chip->algorithm);

    while (++chip->ssc[--at] == 0 && at > 0) {
    }
}

static inline void fake_iv(const struct fake_chip *chip, uint8_t iv[16])
{
    memset(iv, 0, 16);
    if (chip->algorithm != CIPHER_3DES_2KEY) {
        assert_int_equal(cipher_encrypt_block(chip->algorithm, chip->ks_enc, chip->ssc, iv), DR_OK);
    }
}

static inline void fake_mac(const struct fake_chip *chip, const uint8_t *header, struct bytes objects, uint8_t mac[8])
{
    uint8_t input[400];
    size_t block = cipher_block_size(chip->algorithm), at = block;

    memcpy(input, chip->ssc, block);
    if (header != NULL) {
        memcpy(input + at, header, 4);
        at = mac_pad(input, at + 4, sizeof input, block);
    }
    memcpy(input + at, objects.data, objects.len);
    at = mac_pad(input, at + objects.len, sizeof input, block);
    assert_int_equal(mac_compute(chip->algorithm, chip->ks_mac, bytes_of(input, at), mac), DR_OK);
}

/* False when secure messaging is broken. */
static inline bool fake_open(struct fake_chip *chip, const uint8_t *apdu, size_t len, struct fake_command *command)
{
    struct bytes rest = bytes_of(apdu + 5, len - 6), objects = rest;
    uint8_t mac[8], iv[16];
    struct tlv_item item;

    if (apdu[4] != len - 6 || apdu[len - 1] != 0) {
        return false;
    }
    fake_count(chip);
    while (rest.len > 0) {
        struct bytes before = rest;

        if (tlv_next(&rest, &item) != DR_OK) {
            return false;
        }
        if (item.tag == 0x8E) {
            fake_mac(chip, apdu, bytes_of(objects.data, (size_t)(before.data - objects.data)), mac);
            return rest.len == 0 && item.value.len == 8 && memcmp(mac, item.value.data, 8) == 0;
        }
        if (item.tag == (apdu[1] & 1 ? 0x85 : 0x87)) {
            size_t skip = apdu[1] & 1 ? 0 : 1;

            command->data_len = item.value.len - skip;
            fake_iv(chip, iv);
            if (cipher_cbc_decrypt(chip->algorithm, chip->ks_enc, iv, item.value.data + skip, command->data_len,
                                   command->data) != DR_OK ||
                mac_unpad(command->data, &command->data_len, cipher_block_size(chip->algorithm)) != DR_OK) {
                return false;
            }
        } else if (item.tag == 0x97 && item.value.len == 1) {
            command->le = item.value.data[0] == 0 ? 256 : item.value.data[0];
        } else {
            return false;
        }
    }
    return false;
}

static inline size_t fake_protect(struct fake_chip *chip, uint8_t ins, const uint8_t *data, size_t len, uint16_t sw,
                                  uint8_t *out)
{
    uint8_t padded[320], iv[16];
    size_t at = 0, padded_len;

    fake_count(chip);
    if (len > 0) {
        memcpy(padded, data, len);
        padded_len = mac_pad(padded, len, sizeof padded, cipher_block_size(chip->algorithm));
        at = tlv_write_header(out, 4, ins & 1 ? 0x85 : 0x87, padded_len + (ins & 1 ? 0 : 1));
        if (!(ins & 1)) {
            out[at++] = 0x01;
        }
        fake_iv(chip, iv);
        assert_int_equal(cipher_cbc_encrypt(chip->algorithm, chip->ks_enc, iv, padded, padded_len, out + at), DR_OK);
        at += padded_len;
    }
    out[at++] = 0x99;
    out[at++] = 0x02;
    put_be16(out + at, sw);
    at += 2;
    fake_mac(chip, NULL, bytes_of(out, at), out + at + 2);
    out[at++] = 0x8E;
    out[at++] = 0x08;
    return at + 8;
}

static inline enum dr_status fake_transceive(void *ctx, const uint8_t *apdu, size_t len, uint8_t *response,
                                             size_t *response_len, uint32_t timeout_ms)
{
    struct fake_chip *chip = ctx;
    struct fake_command command = {0};
    uint8_t data[300], out[400];
    size_t data_len = 0, at = 0;
    uint16_t sw;

    assert_true(chip->active);
    assert_true(timeout_ms > 0);
    assert_in_range(len, 4, PORT_NFC_MAX_COMMAND);
    assert_int_equal(*response_len, PORT_NFC_MAX_RESPONSE);
    memcpy(chip->last_command, apdu, len);
    chip->last_command_len = len;
    chip->exchanges++;
    if (chip->leave_after != 0 && chip->exchanges >= chip->leave_after) {
        return chip->leave_status;
    }
    command.ins = apdu[1];
    command.p1 = apdu[2];
    command.p2 = apdu[3];
    if ((apdu[0] & 0x0C) == 0x0C && chip->secure) {
        if (!fake_open(chip, apdu, len, &command)) {
            chip->secure = false;
            put_be16(response, 0x6988);
            *response_len = 2;
            return DR_OK;
        }
        sw = fake_process(chip, &command, data, &data_len);
        if (chip->too_long_bare && sw == chip->too_long_sw && sw != 0) {
            chip->secure = false;
            put_be16(response, sw);
            *response_len = 2;
            return DR_OK;
        }
        at = fake_protect(chip, command.ins, data, data_len, sw, out);
        put_be16(out + at, sw);
        at += 2;
        if (chip->tamper != NULL && chip->exchanges >= chip->tamper_at) {
            chip->tamper(chip, out, &at);
        }
        if (chip->answered != NULL) {
            chip->answered(chip);
        }
    } else {
        chip->saw_plain_in_secure = chip->saw_plain_in_secure || chip->secure;
        chip->secure = false;
        if (len == 5) {
            command.le = apdu[4] == 0 ? 256 : apdu[4];
        } else if (len > 5) {
            command.data_len = apdu[4];
            memcpy(command.data, apdu + 5, command.data_len);
            if (len > 5 + command.data_len) {
                command.le = apdu[len - 1] == 0 ? 256 : apdu[len - 1];
            }
        }
        sw = fake_process(chip, &command, out, &at);
        put_be16(out + at, sw);
        at += 2;
    }
    assert_true(at <= *response_len);
    memcpy(response, out, at);
    *response_len = at;
    return DR_OK;
}

static inline enum dr_status fake_activate(void *ctx, struct port_nfc_target *target)
{
    struct fake_chip *chip = ctx;

    memset(target, 0, sizeof *target);
    target->type = 'A';
    chip->active = true;
    chip->secure = false;
    chip->current = NULL;
    chip->mf_selected = false;
    chip->activations++;
    return DR_OK;
}

static inline enum dr_status fake_reader_open(void *ctx)
{
    (void)ctx;
    return DR_OK;
}

static inline void fake_release(void *ctx)
{
    struct fake_chip *chip = ctx;

    chip->active = false;
    chip->secure = false;
}

static inline void fake_chip_init(struct fake_chip *chip)
{
    memset(chip, 0, sizeof *chip);
    chip->port = (struct port_nfc){chip, fake_reader_open, fake_activate, fake_transceive, fake_release};
    chip->leave_status = DR_ERR_NO_CARD;
    memcpy(chip->rnd_ic, "\x46\x08\xF9\x19\x88\x70\x22\x12", 8);
}

/* Secure messaging without an access protocol: the same keys on both sides. */
static inline void fake_chip_share_keys(struct fake_chip *chip, struct session *session,
                                        enum cipher_algorithm algorithm)
{
    size_t i;

    chip->algorithm = algorithm;
    chip->secure = true;
    for (i = 0; i < 32; i++) {
        chip->ks_enc[i] = (uint8_t)(i * 7 + 1);
        chip->ks_mac[i] = (uint8_t)(i * 5 + 2);
    }
    memset(chip->ssc, 0, sizeof chip->ssc);
    chip->ssc[cipher_block_size(algorithm) - 1] = 0xFE; /* carries soon */
    session->sm.algorithm = algorithm;
    memcpy(session->sm.ks_enc, chip->ks_enc, 32);
    memcpy(session->sm.ks_mac, chip->ks_mac, 32);
    memcpy(session->sm.ssc, chip->ssc, 16);
    session->is_protected = true;
}

#endif
