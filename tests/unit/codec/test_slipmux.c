/* SLIP (RFC 1055), FCS (RFC 1662) and the slipmux draft's frames; damage must cost one frame and no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/slipmux.h"

struct wire {
    uint8_t data[8192];
    size_t len;
};

static void to_wire(void *ctx, const uint8_t *data, size_t len)
{
    struct wire *wire = ctx;

    assert_true(len <= sizeof wire->data - wire->len);
    memcpy(wire->data + wire->len, data, len);
    wire->len += len;
}

/* First event other than "more is needed", from *at on. */
static enum slipmux_event next_event(struct slipmux_decoder *decoder, const struct wire *wire, size_t *at)
{
    while (*at < wire->len) {
        enum slipmux_event event = slipmux_decode(decoder, wire->data[(*at)++]);
        if (event != SLIPMUX_NOTHING) {
            return event;
        }
    }
    return SLIPMUX_NOTHING;
}

static void computes_the_fcs(void **state)
{
    /* CRC catalogue, CRC-16/IBM-SDLC (X.25, RFC 1662 C.2): check value of "123456789". */
    uint16_t fcs = slipmux_fcs16(0, bytes_of("123456789", 9));
    const uint8_t tail[2] = {(uint8_t)fcs, (uint8_t)(fcs >> 8)};

    (void)state;
    assert_int_equal(fcs, 0x906E);
    /* In two pieces, and RFC 1662 C.2's "good final FCS", which it states before the complement. */
    assert_int_equal(slipmux_fcs16(slipmux_fcs16(0, bytes_of("1234", 4)), bytes_of("56789", 5)), 0x906E);
    assert_int_equal(slipmux_fcs16(fcs, bytes_of(tail, 2)) ^ 0xFFFF, 0xF0B8);
}

static void writes_frames(void **state)
{
    static const uint8_t coap[] = {0x40, 0x01, 0xC0, 0xDB};
    struct wire wire = {.len = 0};

    (void)state;
    slipmux_encode(SLIPMUX_DIAGNOSTIC, bytes_of("hi", 2), to_wire, &wire);
    assert_int_equal(wire.len, 5);
    assert_memory_equal(wire.data, "\xC0\x0Ahi\xC0", 5);

    wire.len = 0;
    slipmux_encode(SLIPMUX_COAP, bytes_of(coap, sizeof coap), to_wire, &wire);
    uint16_t fcs = slipmux_fcs16(0, bytes_of("\xA9\x40\x01\xC0\xDB", 5));
    const uint8_t expected[] = {0xC0, 0xA9, 0x40, 0x01, 0xDB, 0xDC, 0xDB, 0xDD, (uint8_t)fcs, (uint8_t)(fcs >> 8),
                                0xC0};
    assert_int_equal(wire.len, sizeof expected);
    assert_memory_equal(wire.data, expected, sizeof expected);
}

static void carries_every_byte(void **state)
{
    uint8_t payload[600], buffer[602];
    struct slipmux_decoder decoder;
    struct wire wire = {.len = 0};
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < sizeof payload; i++) {
        payload[i] = (uint8_t)(i * 7);
    }
    slipmux_decoder_init(&decoder, buffer, sizeof buffer);
    slipmux_encode(SLIPMUX_COAP, bytes_of(payload, sizeof payload), to_wire, &wire);
    slipmux_encode(SLIPMUX_DIAGNOSTIC, bytes_of(payload, sizeof payload), to_wire, &wire);
    slipmux_encode(SLIPMUX_COAP, bytes_of(payload, 4), to_wire, &wire);
    assert_int_equal(next_event(&decoder, &wire, &at), SLIPMUX_COAP_FRAME);
    assert_true(bytes_equal(bytes_of(buffer, decoder.length), bytes_of(payload, sizeof payload)));
    assert_int_equal(next_event(&decoder, &wire, &at), SLIPMUX_TEXT_FRAME);
    assert_true(bytes_equal(bytes_of(buffer, decoder.length), bytes_of(payload, sizeof payload)));
    assert_int_equal(next_event(&decoder, &wire, &at), SLIPMUX_COAP_FRAME);
    assert_int_equal(decoder.length, 4);
    assert_int_equal(next_event(&decoder, &wire, &at), SLIPMUX_NOTHING);
}

/* Any single byte lost, or changed in any of three ways: no wrong frame comes out, and the second frame after it is whole. */
static void recovers_from_damage(void **state)
{
    static const uint8_t first[] = {0x40, 0x01, 0x12, 0x34, 0xBB, 0xC0, 0xDB, 0x0A, 0x0D, 'A'};
    static const uint8_t changes[] = {0x01, 0x80, 0xFF};
    struct wire clean = {.len = 0};
    size_t second_at;

    (void)state;
    slipmux_encode(SLIPMUX_COAP, bytes_of(first, sizeof first), to_wire, &clean);
    second_at = clean.len;
    slipmux_encode(SLIPMUX_COAP, bytes_of("second", 6), to_wire, &clean);
    slipmux_encode(SLIPMUX_COAP, bytes_of("third", 5), to_wire, &clean);
    for (size_t at = 0; at < second_at; at++) {
        for (size_t kind = 0; kind <= sizeof changes; kind++) {
            struct wire wire = clean;
            uint8_t buffer[64];
            struct slipmux_decoder decoder;
            size_t position = 0;
            bool third = false;
            enum slipmux_event event;

            if (kind == sizeof changes) {
                memmove(wire.data + at, wire.data + at + 1, --wire.len - at);
            } else {
                wire.data[at] ^= changes[kind];
            }
            slipmux_decoder_init(&decoder, buffer, sizeof buffer);
            while ((event = next_event(&decoder, &wire, &position)) != SLIPMUX_NOTHING) {
                struct bytes content = bytes_of(buffer, decoder.length);
                if (event == SLIPMUX_COAP_FRAME) {
                    third = third || bytes_equal(content, bytes_of("third", 5));
                    assert_true(bytes_equal(content, bytes_of(first, sizeof first)) ||
                                bytes_equal(content, bytes_of("second", 6)) || third);
                }
            }
            assert_true(third);
        }
    }
}

static void drops_what_is_damaged(void **state)
{
    static const struct {
        const char *what, *input;
        size_t len;
        enum slipmux_event event;
    } cases[] = {
        {"bad escape",
         "\xC0\x0A"
         "a\xDB"
         "b\xC0",
         6, SLIPMUX_DAMAGED},
        {"escape at the end",
         "\xC0\x0A"
         "a\xDB\xC0",
         5, SLIPMUX_DAMAGED},
        {"no room for an FCS",
         "\xC0\xA9"
         "a\xC0",
         4, SLIPMUX_DAMAGED},
        {"empty CoAP frame", "\xC0\xA9\xC0", 3, SLIPMUX_DAMAGED},
        {"too long",
         "\xC0\x0A"
         "0123456789abcdefg\xC0",
         20, SLIPMUX_DAMAGED},
        {"just fits",
         "\xC0\x0A"
         "0123456789abcdef\xC0",
         19, SLIPMUX_TEXT_FRAME},
        {"unknown type", "\xC0\x45\x00\x00\xC0", 5, SLIPMUX_DAMAGED},
        {"empty frames", "\xC0\xC0\xC0\xC0", 4, SLIPMUX_NOTHING},
        {"text before a frame", "abc\xC0", 4, SLIPMUX_NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t buffer[16];
        struct slipmux_decoder decoder;
        struct wire wire = {.len = cases[i].len};
        size_t at = 0;

        memcpy(wire.data, cases[i].input, cases[i].len);
        slipmux_decoder_init(&decoder, buffer, sizeof buffer);
        if (next_event(&decoder, &wire, &at) != cases[i].event) {
            fail_msg("%s", cases[i].what);
        }
    }
}

static void hears_a_plain_terminal(void **state)
{
    static const char typed[] = "status\r\n\nhelo\bp\n\x01junk\ntoo long for the buffer here\nok\n";
    static const char *const lines[] = {"status", "help", "ok"};
    uint8_t buffer[16];
    struct slipmux_decoder decoder;
    struct wire wire = {.len = 0};
    size_t at = 0;

    (void)state;
    to_wire(&wire, (const uint8_t *)typed, sizeof typed - 1);
    slipmux_encode(SLIPMUX_DIAGNOSTIC, bytes_of("frame", 5), to_wire, &wire);
    to_wire(&wire, (const uint8_t *)"time\r", 5);
    slipmux_decoder_init(&decoder, buffer, sizeof buffer);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(next_event(&decoder, &wire, &at), SLIPMUX_TEXT_LINE);
        assert_true(bytes_equal(bytes_of(buffer, decoder.length), bytes_of(lines[i], strlen(lines[i]))));
    }
    assert_int_equal(next_event(&decoder, &wire, &at), SLIPMUX_TEXT_FRAME);
    assert_int_equal(next_event(&decoder, &wire, &at), SLIPMUX_TEXT_LINE);
    assert_true(bytes_equal(bytes_of(buffer, decoder.length), bytes_of("time", 4)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computes_the_fcs),      cmocka_unit_test(writes_frames),
        cmocka_unit_test(carries_every_byte),    cmocka_unit_test(recovers_from_damage),
        cmocka_unit_test(drops_what_is_damaged), cmocka_unit_test(hears_a_plain_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
