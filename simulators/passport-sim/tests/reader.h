/* A small reader for the tests: BAC and secure messaging (all suites) from the other end. Faults of the chip are seen as they come. */
#ifndef PASSPORT_SIM_TESTS_READER_H
#define PASSPORT_SIM_TESTS_READER_H

#include "chip/icc.h"
#include "chip/suite.h"
#include "chip/tdes.h"
#include "cmocka_all.h"
#include "util/tlv.h"

#include <openssl/evp.h>
#include <string.h>

struct reader {
    struct icc *icc;
    enum suite suite;
    uint8_t enc[SUITE_KEY_MAX], mac[SUITE_KEY_MAX], ssc[SUITE_BLOCK_MAX];
    struct buffer response;
    enum card_result result;
};

static inline uint16_t reader_sw(const struct reader *reader)
{
    assert_true(reader->response.len >= 2);
    return (uint16_t)(reader->response.data[reader->response.len - 2] << 8 |
                      reader->response.data[reader->response.len - 1]);
}

/* A plain exchange; the status word, or 0 when the chip did not answer. */
static inline uint16_t reader_send(struct reader *reader, const uint8_t *command, size_t len)
{
    reader->response.len = 0;
    reader->result = reader->icc->card.exchange(reader->icc->card.ctx, (struct slice){command, len}, &reader->response);
    return reader->result == CARD_ANSWERED ? reader_sw(reader) : 0;
}

#define SEND(reader, ...) reader_send((reader), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static inline uint16_t reader_select_application(struct reader *reader)
{
    return SEND(reader, 0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01);
}

/* SELECT, GET CHALLENGE, EXTERNAL AUTHENTICATE with keys from `information`. True: keys agreed, the chip's half verified. */
static inline bool reader_bac(struct reader *reader, const char *information, uint16_t *sw)
{
    static const uint8_t rnd_ifd[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t k_ifd[TDES_KEY] = {9, 8, 7, 6};
    uint8_t digest[20], enc[TDES_KEY], mac[TDES_KEY], challenge[8], s[32];
    uint8_t command[46] = {0x00, 0x82, 0x00, 0x00, 0x28};
    uint8_t expected[TDES_BLOCK];

    *sw = reader_select_application(reader);
    if (*sw != SW_OK) {
        return false;
    }
    *sw = SEND(reader, 0x00, 0x84, 0x00, 0x00, 0x08);
    if (*sw != SW_OK || reader->response.len != 10) {
        return false;
    }
    memcpy(challenge, reader->response.data, sizeof(challenge));
    EVP_Digest(information, strlen(information), digest, NULL, EVP_sha1(), NULL);
    tdes_derive((struct slice){digest, 16}, TDES_ENC, enc);
    tdes_derive((struct slice){digest, 16}, TDES_MAC, mac);
    memcpy(s, rnd_ifd, 8);
    memcpy(s + 8, challenge, 8);
    memcpy(s + 16, k_ifd, 16);
    tdes_encrypt(enc, s, sizeof(s), command + 5);
    tdes_retail_mac(mac, (struct slice){command + 5, 32}, command + 37);
    command[45] = 0x28;
    *sw = reader_send(reader, command, sizeof(command));
    if (*sw != SW_OK || reader->response.len != 42) {
        return false;
    }
    tdes_retail_mac(mac, (struct slice){reader->response.data, 32}, expected);
    tdes_decrypt(enc, reader->response.data, 32, s);
    bool good = memcmp(expected, reader->response.data + 32, 8) == 0 && memcmp(s, challenge, 8) == 0 &&
                memcmp(s + 8, rnd_ifd, 8) == 0;
    for (size_t i = 0; i < TDES_KEY; i++) {
        s[16 + i] ^= k_ifd[i];
    }
    tdes_derive((struct slice){s + 16, 16}, TDES_ENC, reader->enc);
    tdes_derive((struct slice){s + 16, 16}, TDES_MAC, reader->mac);
    reader->suite = SUITE_3DES;
    memcpy(reader->ssc, challenge + 4, 4);
    memcpy(reader->ssc + 4, rnd_ifd + 4, 4);
    return good;
}

/* Keys from a shared secret of PACE or Chip Authentication. */
static inline void reader_start(struct reader *reader, enum suite suite, struct slice secret)
{
    reader->suite = suite;
    suite_derive(suite, secret, SUITE_ENC, reader->enc);
    suite_derive(suite, secret, SUITE_MAC_KEY, reader->mac);
    memset(reader->ssc, 0, sizeof(reader->ssc));
}

static inline void reader_mac(const struct reader *reader, struct buffer *input, uint8_t mac[SUITE_MAC])
{
    if (reader->suite != SUITE_3DES) {
        suite_pad(input, SUITE_BLOCK_MAX);
    }
    suite_mac(reader->suite, reader->mac, buffer_view(input), mac);
}

static inline const uint8_t *reader_iv(const struct reader *reader, uint8_t iv[SUITE_BLOCK_MAX])
{
    memset(iv, 0, SUITE_BLOCK_MAX);
    if (reader->suite != SUITE_3DES) {
        suite_encrypt(reader->suite, reader->enc, NULL, reader->ssc, SUITE_BLOCK_MAX, iv);
    }
    return iv;
}

static inline void reader_count(struct reader *reader)
{
    for (size_t i = suite_block(reader->suite); i-- > 0;) {
        if (++reader->ssc[i] != 0) {
            return;
        }
    }
}

/* A protected exchange. Le -1: none; extended: two octets of Le. Appends plain data; the status word of DO99, or 0 when the
 * answer does not verify. */
static inline uint16_t reader_protected(struct reader *reader, uint8_t ins, uint8_t p1, uint8_t p2, struct slice data,
                                        int32_t le, bool extended, struct buffer *plain)
{
    struct buffer objects = {0}, input = {0}, command = {0}, cryptogram = {0};
    uint8_t mac[SUITE_MAC];
    uint8_t iv[SUITE_BLOCK_MAX];
    size_t block = suite_block(reader->suite);
    const uint8_t header[] = {0x0C, ins, p1, p2};
    bool odd = (ins & 1) != 0;
    uint16_t sw = 0;

    reader_count(reader);
    if (data.len > 0) {
        buffer_append(&cryptogram, data.data, data.len);
        suite_pad(&cryptogram, block);
        suite_encrypt(reader->suite, reader->enc, reader_iv(reader, iv), cryptogram.data, cryptogram.len,
                      cryptogram.data);
        tlv_append_header(&objects, odd ? 0x85 : 0x87, cryptogram.len + (odd ? 0 : 1));
        if (!odd) {
            buffer_append_byte(&objects, 0x01);
        }
        buffer_append(&objects, cryptogram.data, cryptogram.len);
    }
    if (le >= 0) {
        const uint8_t octets[] = {(uint8_t)(le >> 8), (uint8_t)le};
        tlv_append(&objects, 0x97, extended ? (struct slice){octets, 2} : (struct slice){octets + 1, 1});
    }
    buffer_append(&input, reader->ssc, block);
    buffer_append(&input, header, sizeof(header));
    if (objects.len > 0) {
        suite_pad(&input, block);
    }
    buffer_append(&input, objects.data, objects.len);
    reader_mac(reader, &input, mac);
    tlv_append(&objects, 0x8E, (struct slice){mac, sizeof(mac)});
    buffer_append(&command, header, sizeof(header));
    if (extended) {
        const uint8_t lc[] = {0, (uint8_t)(objects.len >> 8), (uint8_t)objects.len};
        buffer_append(&command, lc, sizeof(lc));
    } else {
        buffer_append_byte(&command, (uint8_t)objects.len);
    }
    buffer_append(&command, objects.data, objects.len);
    buffer_append(&command, "\0\0", extended ? 2 : 1);
    uint16_t outer = reader_send(reader, command.data, command.len);

    reader_count(reader);
    if (outer != 0 && reader->response.len > 2) {
        struct slice rest = {reader->response.data, reader->response.len - 2};
        struct tlv object, body = {0}, status = {0}, check = {0};
        while (tlv_next(&rest, &object)) {
            if (object.tag == 0x87 || object.tag == 0x85) {
                body = object;
            } else if (object.tag == 0x99) {
                status = object;
            } else if (object.tag == 0x8E) {
                check = object;
            }
        }
        input.len = 0;
        buffer_append(&input, reader->ssc, block);
        buffer_append(&input, body.whole.data, body.whole.len);
        buffer_append(&input, status.whole.data, status.whole.len);
        reader_mac(reader, &input, mac);
        if (check.value.len == 8 && memcmp(mac, check.value.data, 8) == 0 && status.value.len == 2 &&
            (status.value.data[0] << 8 | status.value.data[1]) == outer) {
            sw = outer;
            size_t skip = body.tag == 0x87 ? 1 : 0;
            if (body.tag != 0 && body.value.len > skip && (body.value.len - skip) % block == 0) {
                size_t before = plain->len;
                buffer_append(plain, body.value.data + skip, body.value.len - skip);
                suite_decrypt(reader->suite, reader->enc, reader_iv(reader, iv), plain->data + before,
                              plain->len - before, plain->data + before);
                size_t len = unpad_method_2((struct slice){plain->data + before, plain->len - before});
                plain->len = before + (len == SIZE_MAX ? 0 : len);
            }
        }
    }
    buffer_free(&objects);
    buffer_free(&input);
    buffer_free(&command);
    buffer_free(&cryptogram);
    return sw;
}

#endif
