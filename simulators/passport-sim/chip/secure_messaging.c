#include "chip/secure_messaging.h"

#include "util/tlv.h"

#include <openssl/crypto.h>
#include <string.h>

#define DO_CRYPTOGRAM_ODD 0x85U
#define DO_CRYPTOGRAM 0x87U
#define DO_LE 0x97U
#define DO_STATUS 0x99U
#define DO_MAC 0x8EU

/* The data objects of a command in their order (9.8.4). */
struct protected_command {
    struct tlv cryptogram, le, mac;
};

void secure_messaging_start(struct secure_messaging *sm, const uint8_t seed[TDES_KEY], const uint8_t ssc[TDES_BLOCK])
{
    secure_messaging_start_suite(sm, SUITE_3DES, (struct slice){seed, TDES_KEY});
    memcpy(sm->ssc, ssc, TDES_BLOCK);
}

void secure_messaging_start_suite(struct secure_messaging *sm, enum suite suite, struct slice secret)
{
    *sm = (struct secure_messaging){.active = true, .suite = suite};
    suite_derive(suite, secret, SUITE_ENC, sm->enc);
    suite_derive(suite, secret, SUITE_MAC_KEY, sm->mac);
}

size_t secure_messaging_room(const struct secure_messaging *sm)
{
    /* DO87 with a header of three octets and the padding indicator, DO99, DO8E; at least one octet is padding. */
    size_t block = suite_block(sm->suite);
    return (256 - 4 - 4 - 10) / block * block - 1;
}

void secure_messaging_end(struct secure_messaging *sm)
{
    OPENSSL_cleanse(sm, sizeof(*sm));
}

static void increment(struct secure_messaging *sm)
{
    for (size_t i = suite_block(sm->suite); i-- > 0;) {
        if (++sm->ssc[i] != 0) {
            return;
        }
    }
}

void secure_messaging_undo(struct secure_messaging *sm)
{
    for (size_t i = suite_block(sm->suite); i-- > 0;) {
        if (sm->ssc[i]-- != 0) {
            return;
        }
    }
}

static uint16_t collect(const struct apdu *command, struct protected_command *objects)
{
    struct slice rest = command->data;
    struct tlv object;
    uint32_t before = 0;
    while (tlv_next(&rest, &object)) {
        if (before == DO_MAC) {
            return SW_SM_INCORRECT; /* nothing follows the MAC */
        }
        if ((object.tag == DO_CRYPTOGRAM || object.tag == DO_CRYPTOGRAM_ODD) && before == 0) {
            objects->cryptogram = object;
        } else if (object.tag == DO_LE && before != DO_LE) {
            objects->le = object;
        } else if (object.tag == DO_MAC) {
            objects->mac = object;
        } else {
            return SW_SM_INCORRECT;
        }
        before = object.tag;
    }
    if (rest.len != 0) {
        return SW_SM_INCORRECT;
    }
    return objects->mac.tag == DO_MAC ? SW_OK : SW_SM_MISSING;
}

/* The IV of AES is the encrypted counter, that of 3DES zero (9.8.6.1, 9.8.7.1). */
static const uint8_t *initial_vector(const struct secure_messaging *sm, uint8_t iv[SUITE_BLOCK_MAX])
{
    if (sm->suite == SUITE_3DES) {
        return NULL;
    }
    suite_encrypt(sm->suite, sm->enc, NULL, sm->ssc, SUITE_BLOCK_MAX, iv);
    return iv;
}

/* MAC over SSC and objects; here AES pads as well (9.8.7.2). */
static void authenticate(const struct secure_messaging *sm, struct buffer *input, uint8_t mac[SUITE_MAC])
{
    if (sm->suite != SUITE_3DES) {
        suite_pad(input, SUITE_BLOCK_MAX);
    }
    suite_mac(sm->suite, sm->mac, buffer_view(input), mac);
}

static bool mac_matches(struct secure_messaging *sm, const struct apdu *command,
                        const struct protected_command *objects)
{
    bool matches = false;
    uint8_t expected[SUITE_MAC];
    struct buffer input = {0};
    const uint8_t header[] = {command->cla, command->ins, command->p1, command->p2};

    buffer_append(&input, sm->ssc, suite_block(sm->suite));
    buffer_append(&input, header, sizeof(header));
    if (objects->cryptogram.tag != 0 || objects->le.tag != 0) { /* the header is padded alone only before objects */
        suite_pad(&input, suite_block(sm->suite));
    }
    buffer_append(&input, objects->cryptogram.whole.data, objects->cryptogram.whole.len);
    buffer_append(&input, objects->le.whole.data, objects->le.whole.len);
    authenticate(sm, &input, expected);
    matches = objects->mac.value.len == SUITE_MAC && CRYPTO_memcmp(expected, objects->mac.value.data, SUITE_MAC) == 0;
    buffer_free(&input);
    return matches;
}

/* DO87 begins with the padding-content indicator 01, DO85 does not (ISO 7816-4 table 49). */
static uint16_t decrypt(struct secure_messaging *sm, const struct tlv *object, struct buffer *storage)
{
    uint8_t iv[SUITE_BLOCK_MAX];
    struct slice value = object->value;
    if (object->tag == DO_CRYPTOGRAM) {
        if (value.len < 1 || value.data[0] != 0x01) {
            return SW_SM_INCORRECT;
        }
        value = (struct slice){value.data + 1, value.len - 1};
    }
    if (value.len == 0 || value.len % suite_block(sm->suite) != 0) {
        return SW_SM_INCORRECT;
    }
    buffer_append(storage, value.data, value.len);
    suite_decrypt(sm->suite, sm->enc, initial_vector(sm, iv), storage->data, storage->len, storage->data);
    size_t len = unpad_method_2(buffer_view(storage));
    if (len == SIZE_MAX) {
        return SW_SM_INCORRECT;
    }
    storage->len = len;
    return SW_OK;
}

static bool read_le(const struct tlv *object, struct apdu *plain)
{
    struct slice value = object->value;
    if (value.len == 1) {
        plain->le = value.data[0] == 0 ? 256 : value.data[0];
    } else if (value.len == 2) {
        plain->le = (uint32_t)value.data[0] << 8 | value.data[1];
        plain->le = plain->le == 0 ? 65536 : plain->le;
    } else {
        return false;
    }
    plain->has_le = true;
    return true;
}

uint16_t secure_messaging_unwrap(struct secure_messaging *sm, const struct apdu *command, struct apdu *plain,
                                 struct buffer *storage)
{
    struct protected_command objects = {0};
    increment(sm);
    uint16_t sw = collect(command, &objects);
    if (sw != SW_OK) {
        return sw;
    }
    if (!mac_matches(sm, command, &objects)) {
        return SW_SM_INCORRECT;
    }
    *plain = (struct apdu){.cla = command->cla & 0xF3,
                           .ins = command->ins,
                           .p1 = command->p1,
                           .p2 = command->p2,
                           .extended = command->extended};
    if (objects.cryptogram.tag != 0) {
        bool odd = (command->ins & 1) != 0;
        if (odd != (objects.cryptogram.tag == DO_CRYPTOGRAM_ODD)) {
            return SW_SM_INCORRECT;
        }
        sw = decrypt(sm, &objects.cryptogram, storage);
        if (sw != SW_OK) {
            return sw;
        }
        plain->data = buffer_view(storage);
    }
    if (objects.le.tag != 0 && !read_le(&objects.le, plain)) {
        return SW_SM_INCORRECT;
    }
    return SW_OK;
}

static void append_cryptogram(struct secure_messaging *sm, uint8_t ins, struct slice data, struct buffer *objects)
{
    uint8_t iv[SUITE_BLOCK_MAX];
    struct buffer cryptogram = {0};
    size_t block = suite_block(sm->suite);
    bool indicator = (ins & 1) == 0;
    buffer_append(&cryptogram, data.data, data.len);
    if (sm->twist == TWIST_PADDING) {
        while (cryptogram.len % block != 0) {
            buffer_append_byte(&cryptogram, 0x5A);
        }
    } else {
        suite_pad(&cryptogram, block);
    }
    suite_encrypt(sm->suite, sm->enc, initial_vector(sm, iv), cryptogram.data, cryptogram.len, cryptogram.data);
    cryptogram.len -= sm->twist == TWIST_CRYPTOGRAM_SIZE ? 1 : 0;
    tlv_append_header(objects, indicator ? DO_CRYPTOGRAM : DO_CRYPTOGRAM_ODD, cryptogram.len + (indicator ? 1 : 0));
    if (indicator) {
        buffer_append_byte(objects, sm->twist == TWIST_INDICATOR ? 0x02 : 0x01);
    }
    buffer_append(objects, cryptogram.data, cryptogram.len);
    buffer_free(&cryptogram);
}

void secure_messaging_wrap(struct secure_messaging *sm, uint8_t ins, struct slice data, uint16_t sw,
                           struct buffer *response)
{
    static const uint8_t stray[] = {0x9A, 0x02, 0x5A, 0x5A};
    const uint8_t status[] = {(uint8_t)(sw >> 8), (uint8_t)sw};
    uint8_t mac[SUITE_MAC];
    struct buffer objects = {0};
    struct buffer input = {0};

    if (sm->twist != TWIST_OLD_COUNTER) {
        increment(sm);
    }
    if (data.len > 0 && sm->twist != TWIST_NO_CRYPTOGRAM) {
        append_cryptogram(sm, ins, data, &objects);
        if (sm->twist == TWIST_TWO_CRYPTOGRAMS) {
            append_cryptogram(sm, ins, data, &objects);
        }
    }
    if (sm->twist == TWIST_STRAY_OBJECT) {
        buffer_append(&objects, stray, sizeof(stray));
    }
    if (sm->twist != TWIST_NO_STATUS) {
        tlv_append(&objects, DO_STATUS, (struct slice){status, sm->twist == TWIST_SHORT_STATUS ? 1 : sizeof(status)});
    }
    buffer_append(&input, sm->ssc, suite_block(sm->suite));
    buffer_append(&input, objects.data, objects.len);
    authenticate(sm, &input, mac);
    tlv_append(&objects, DO_MAC, (struct slice){mac, sizeof(mac)});
    buffer_append(response, objects.data, objects.len);
    buffer_append(response, status, sizeof(status));
    buffer_free(&objects);
    buffer_free(&input);
}
