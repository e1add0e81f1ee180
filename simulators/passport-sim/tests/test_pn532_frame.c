#include "cmocka_all.h"
#include "reader/pn532_frame.h"

#include <stdlib.h>
#include <string.h>

/* NXP UM0701-02 7.2.2: GetFirmwareVersion, and its answer by a PN532 v1.6. */
static const uint8_t get_firmware_version[] = {0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0x00};
static const uint8_t firmware_version[] = {0x00, 0x00, 0xFF, 0x06, 0xFA, 0xD5, 0x03,
                                           0x32, 0x01, 0x06, 0x07, 0xE8, 0x00};

/* Feeds octets; returns the last event that was one, and how many there were. */
static enum pn532_event feed(struct pn532_decoder *decoder, const uint8_t *octets, size_t len, unsigned *count)
{
    enum pn532_event last = PN532_EVENT_NONE;
    *count = 0;
    for (size_t i = 0; i < len; i++) {
        enum pn532_event event = pn532_decode(decoder, octets[i]);
        if (event != PN532_EVENT_NONE) {
            last = event;
            (*count)++;
        }
    }
    return last;
}

/* A frame as a host would send it. */
static struct buffer host_frame(const uint8_t *data, size_t len, bool extended)
{
    struct buffer frame = {0};
    uint8_t sum = PN532_TFI_HOST;
    static const uint8_t start[] = {0x00, 0x00, 0xFF};
    size_t total = len + 1;
    buffer_append(&frame, start, sizeof(start));
    if (extended) {
        const uint8_t header[] = {0xFF, 0xFF, (uint8_t)(total >> 8), (uint8_t)total,
                                  (uint8_t)(0 - (total >> 8) - total)};
        buffer_append(&frame, header, sizeof(header));
    } else {
        const uint8_t header[] = {(uint8_t)total, (uint8_t)(0x100 - total)};
        buffer_append(&frame, header, sizeof(header));
    }
    buffer_append_byte(&frame, PN532_TFI_HOST);
    buffer_append(&frame, data, len);
    for (size_t i = 0; i < len; i++) {
        sum = (uint8_t)(sum + data[i]);
    }
    buffer_append_byte(&frame, (uint8_t)(0 - sum));
    buffer_append_byte(&frame, 0x00);
    return frame;
}

static void decodes_the_manuals_example(void **state)
{
    (void)state;
    struct pn532_decoder decoder = {0};
    unsigned count;
    assert_int_equal(feed(&decoder, get_firmware_version, sizeof(get_firmware_version), &count), PN532_EVENT_COMMAND);
    assert_int_equal(count, 1);
    assert_int_equal(decoder.data.len, 1);
    assert_int_equal(decoder.data.data[0], 0x02);
}

static void encodes_the_manuals_example(void **state)
{
    (void)state;
    static const uint8_t data[] = {0x03, 0x32, 0x01, 0x06, 0x07};
    struct buffer out = {0};
    pn532_encode(&out, (struct slice){data, sizeof(data)});
    assert_int_equal(out.len, sizeof(firmware_version));
    assert_memory_equal(out.data, firmware_version, out.len);
    buffer_free(&out);
}

static void knows_ack_nack_and_wake_up(void **state)
{
    (void)state;
    static const uint8_t ack[] = {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
    static const uint8_t nack[] = {0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00};
    static const uint8_t wake[] = {0x55, 0x55, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
    struct pn532_decoder decoder = {0};
    struct buffer out = {0};
    unsigned count;
    assert_int_equal(feed(&decoder, ack, sizeof(ack), &count), PN532_EVENT_ACK);
    assert_int_equal(count, 1);
    assert_int_equal(feed(&decoder, nack, sizeof(nack), &count), PN532_EVENT_NACK);
    assert_int_equal(count, 1);
    assert_int_equal(feed(&decoder, wake, sizeof(wake), &count), PN532_EVENT_WAKE);
    assert_int_equal(count, 2);
    assert_int_equal(feed(&decoder, get_firmware_version, sizeof(get_firmware_version), &count), PN532_EVENT_COMMAND);
    pn532_encode_ack(&out);
    assert_memory_equal(out.data, ack, sizeof(ack));
    buffer_free(&out);
}

static void takes_every_length_there_is(void **state)
{
    (void)state;
    uint8_t data[PN532_DATA_MAX];
    struct pn532_decoder decoder = {0};
    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (uint8_t)(i * 7);
    }
    for (size_t len = 1; len < PN532_DATA_MAX; len++) {
        for (int extended = len > 254 ? 1 : 0; extended <= 1; extended++) {
            unsigned count;
            struct buffer frame = host_frame(data, len, extended != 0);
            assert_int_equal(feed(&decoder, frame.data, frame.len, &count), PN532_EVENT_COMMAND);
            assert_int_equal(count, 1);
            assert_int_equal(decoder.data.len, len);
            assert_memory_equal(decoder.data.data, data, len);
            buffer_free(&frame);
        }
    }
}

static void refuses_a_frame_too_long(void **state)
{
    (void)state;
    uint8_t data[PN532_DATA_MAX] = {0x42};
    struct pn532_decoder decoder = {0};
    unsigned count;
    struct buffer frame = host_frame(data, sizeof(data), true);
    enum pn532_event event = PN532_EVENT_NONE;
    for (size_t i = 0; i < frame.len && event == PN532_EVENT_NONE; i++) {
        event = pn532_decode(&decoder, frame.data[i]);
    }
    assert_int_equal(event, PN532_EVENT_DAMAGED);
    decoder = (struct pn532_decoder){0};
    assert_int_equal(feed(&decoder, get_firmware_version, sizeof(get_firmware_version), &count), PN532_EVENT_COMMAND);
    buffer_free(&frame);
}

/* The checksums see every single flipped bit: no flip yields a command with other content. */
static void notices_every_flipped_bit(void **state)
{
    (void)state;
    uint8_t data[20];
    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (uint8_t)(0x40 + i);
    }
    for (int extended = 0; extended <= 1; extended++) {
        struct buffer frame = host_frame(data, sizeof(data), extended != 0);
        for (size_t bit = 0; bit < frame.len * 8; bit++) {
            struct pn532_decoder decoder = {0};
            frame.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
            for (size_t i = 0; i < frame.len; i++) {
                if (pn532_decode(&decoder, frame.data[i]) == PN532_EVENT_COMMAND) {
                    assert_int_equal(decoder.data.len, sizeof(data));
                    assert_memory_equal(decoder.data.data, data, sizeof(data));
                }
            }
            frame.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        buffer_free(&frame);
    }
}

/* After any rubbish of a frame's length and a pause in preamble, a good frame is seen again. */
static void finds_the_next_frame_after_rubbish(void **state)
{
    (void)state;
    srand(1);
    for (unsigned round = 0; round < 2000; round++) {
        struct pn532_decoder decoder = {0};
        unsigned commands = 0;
        for (unsigned i = 0; i < 40; i++) {
            pn532_decode(&decoder, (uint8_t)rand());
        }
        /* A header read out of rubbish may swallow at most one frame's length. */
        for (unsigned i = 0; i < PN532_FRAME_MAX; i++) {
            pn532_decode(&decoder, 0x00);
        }
        for (size_t i = 0; i < sizeof(get_firmware_version); i++) {
            commands += pn532_decode(&decoder, get_firmware_version[i]) == PN532_EVENT_COMMAND ? 1 : 0;
        }
        assert_int_equal(commands, 1);
    }
}

static void encodes_long_answers_as_extended_frames(void **state)
{
    (void)state;
    uint8_t data[264] = {0x41};
    struct buffer out = {0};
    pn532_encode(&out, (struct slice){data, 254});
    assert_int_equal(out.data[3], 0xFF);
    assert_int_equal(out.data[4], 0x01);
    out.len = 0;
    pn532_encode(&out, (struct slice){data, sizeof(data)});
    static const uint8_t header[] = {0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x01, 0x09, 0xF6, 0xD5, 0x41};
    assert_memory_equal(out.data, header, sizeof(header));
    assert_int_equal(out.len, 3 + 5 + 265 + 2);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_the_manuals_example),        cmocka_unit_test(encodes_the_manuals_example),
        cmocka_unit_test(knows_ack_nack_and_wake_up),         cmocka_unit_test(takes_every_length_there_is),
        cmocka_unit_test(refuses_a_frame_too_long),           cmocka_unit_test(notices_every_flipped_bit),
        cmocka_unit_test(finds_the_next_frame_after_rubbish), cmocka_unit_test(encodes_long_answers_as_extended_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
