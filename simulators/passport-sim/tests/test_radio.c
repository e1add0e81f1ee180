/* The air between PN532 and chip: type B, bit rates, waiting time, a card that slips, broken frames. */
#include "chip/icc.h"
#include "cmocka_all.h"
#include "reader/pn532.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct document document;
    struct icc icc;
    struct pn532 pn532;
    struct buffer out;
    int64_t now;
};

static void send(struct fixture *f, const uint8_t *data, size_t len)
{
    uint8_t frame[PN532_FRAME_MAX] = {0x00, 0x00, 0xFF, (uint8_t)(len + 1), (uint8_t)(0 - len - 1), PN532_TFI_HOST};
    uint8_t sum = PN532_TFI_HOST;
    memcpy(frame + 6, data, len);
    for (size_t i = 0; i < len; i++) {
        sum = (uint8_t)(sum + data[i]);
    }
    frame[6 + len] = (uint8_t)(0 - sum);
    f->out.len = 0;
    pn532_receive(&f->pn532, (struct slice){frame, len + 8}, f->now, &f->out);
}

#define COMMAND(f, ...) send((f), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* What follows ACK, start code, length, its checksum, TFI and code; without checksum and postamble. */
static struct slice answer(const struct fixture *f)
{
    assert_true(f->out.len > 15);
    return (struct slice){f->out.data + 13, f->out.len - 15};
}

#define ASSERT_ANSWER(f, ...)                                                                                          \
    do {                                                                                                               \
        const uint8_t expected_[] = {__VA_ARGS__};                                                                     \
        struct slice answer_ = answer(f);                                                                              \
        assert_int_equal(answer_.len, sizeof(expected_));                                                              \
        assert_memory_equal(answer_.data, expected_, sizeof(expected_));                                               \
    } while (0)

static struct fixture *with(struct chip_traits traits)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    f->now = 1000;
    pn532_init(&f->pn532);
    icc_init(&f->icc, &f->document, &traits);
    pn532_place(&f->pn532, &f->icc.card);
    COMMAND(f, 0x14, 0x01);
    COMMAND(f, 0x32, 0x05, 0x00, 0x01, 0x01); /* few retries: no endless waiting */
    return f;
}

static void done(struct fixture *f)
{
    pn532_place(&f->pn532, NULL);
    icc_free(&f->icc);
    pn532_free(&f->pn532);
    buffer_free(&f->out);
    free(f);
}

#define SELECT_APPLICATION 0x40, 0x01, 0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01

static void type_b_is_listed_as_type_b(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.type = 'B'});
    COMMAND(f, 0x4A, 0x01, 0x00);
    ASSERT_ANSWER(f, 0x00);
    COMMAND(f, 0x4A, 0x01, 0x03, 0x10); /* another family of applications */
    ASSERT_ANSWER(f, 0x00);
    COMMAND(f, 0x4A, 0x01, 0x03, 0x00);
    const uint8_t *pupi = f->icc.card.uid;
    ASSERT_ANSWER(f, 1, 1, 0x50, pupi[0], pupi[1], pupi[2], pupi[3], 0, 0, 0, 0, 0x77, 0x81, 0x90, 0x01, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, 0x00, 0x90, 0x00);
    COMMAND(f, 0x4E, 0x01, 0x02, 0x02);
    ASSERT_ANSWER(f, PN532_STATUS_CONTEXT);
    COMMAND(f, 0x60, 0x01, 0x01, 0x23);
    assert_int_equal(answer(f).data[1], 0x23);
    done(f);
}

static void bit_rates_are_those_both_have(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.bit_rates = 0x03}); /* 424 to the card, 106 back */
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, 0x4E, 0x01, 0x02, 0x02);
    ASSERT_ANSWER(f, PN532_STATUS_TIMEOUT);
    COMMAND(f, 0x4E, 0x01, 0x02, 0x00);
    ASSERT_ANSWER(f, PN532_STATUS_OK);
    COMMAND(f, 0x04);
    ASSERT_ANSWER(f, 0x00, 0x00, 0x01, 0x01, 0x02, 0x00, 0x00, 0x80);
    COMMAND(f, 0x4A, 0x01, 0x00); /* activation begins at 106 again */
    COMMAND(f, 0x04);
    ASSERT_ANSWER(f, 0x00, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00, 0x80);
    COMMAND(f, 0x42, 0xD0, 0x11, 0x02); /* PPS by the host's own hand */
    ASSERT_ANSWER(f, 0x00, 0xD0);
    COMMAND(f, 0x42, 0xD0, 0x11, 0x0A);
    ASSERT_ANSWER(f, PN532_STATUS_TIMEOUT);
    done(f);
}

static void a_slow_card_is_waited_for(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.slow_ms = 700});
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    assert_int_equal(f->out.len, 6); /* the ACK alone */
    assert_int_equal(pn532_timeout_ms(&f->pn532, f->now), 700);
    f->now += 699;
    pn532_tick(&f->pn532, f->now, &f->out);
    assert_int_equal(f->out.len, 6);
    f->now += 1;
    pn532_tick(&f->pn532, f->now, &f->out);
    ASSERT_ANSWER(f, 0x00, 0x90, 0x00);
    assert_int_equal(pn532_timeout_ms(&f->pn532, f->now), -1);
    /* A host that gives up by an ACK gets no answer later. */
    static const uint8_t ack[] = {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
    COMMAND(f, SELECT_APPLICATION);
    pn532_receive(&f->pn532, (struct slice){ack, sizeof(ack)}, f->now, &f->out);
    f->now += 1000;
    pn532_tick(&f->pn532, f->now, &f->out);
    assert_int_equal(f->out.len, 6);
    done(f);
}

static void raw_blocks_ask_for_waiting_time(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.slow_ms = 700});
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, 0x42, 0x02, 0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01);
    ASSERT_ANSWER(f, 0x00, 0xF2, 0x04);
    COMMAND(f, 0x42, 0xF2, 0x04);
    ASSERT_ANSWER(f, 0x00, 0x02, 0x90, 0x00);
    done(f);
}

static void blocks_over_the_cards_buffer_are_not_answered(void **state)
{
    (void)state;
    uint8_t block[2 + 70] = {0x42, 0x02};
    struct fixture *f = with((struct chip_traits){.frame_size = 5});
    COMMAND(f, 0x4A, 0x01, 0x00);
    send(f, block, 1 + 63); /* 62 octets of block and content beside the CRC are the most */
    ASSERT_ANSWER(f, PN532_STATUS_TIMEOUT);
    send(f, block, 1 + 62);
    assert_int_equal(answer(f).data[0], PN532_STATUS_OK);
    done(f);
}

static void a_card_that_slips_comes_back(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.fault = CHIP_SLIPS, .at = 2});
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, 0x00, 0x90, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, PN532_STATUS_TIMEOUT);
    assert_false(f->icc.application);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, PN532_STATUS_TIMEOUT);
    COMMAND(f, 0x4A, 0x01, 0x00);
    ASSERT_ANSWER(f, 0x00);
    f->now += 500;
    COMMAND(f, 0x4A, 0x01, 0x00);
    assert_int_equal(answer(f).data[0], 1);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, 0x00, 0x90, 0x00);
    COMMAND(f, SELECT_APPLICATION); /* it slips once */
    ASSERT_ANSWER(f, 0x00, 0x90, 0x00);
    done(f);
}

static void errors_of_the_air_are_reported(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.fault = CHIP_RF_STATUS_ONCE, .at = 1, .status = 0x0B});
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, 0x0B);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, 0x00, 0x90, 0x00);
    done(f);
    f = with((struct chip_traits){.fault = CHIP_RF_STATUS, .at = 1, .status = 0x02});
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, 0x02);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, 0x02);
    done(f);
}

/* The frame of each fault is not the sound one, and the next command is answered well. */
static void broken_frames_are_broken(void **state)
{
    (void)state;
    struct buffer sound = {0};
    for (unsigned fault = FRAME_SOUND; fault <= FRAME_NO_POSTAMBLE; fault++) {
        struct fixture *f = with((struct chip_traits){.fault = CHIP_FRAME, .at = 1, .frame = (enum frame_fault)fault});
        COMMAND(f, 0x4A, 0x01, 0x00);
        assert_int_equal(answer(f).data[0], 1);
        COMMAND(f, SELECT_APPLICATION);
        if (fault == FRAME_SOUND) {
            ASSERT_ANSWER(f, 0x00, 0x90, 0x00);
            buffer_append(&sound, f->out.data, f->out.len);
        } else {
            assert_true(f->out.len != sound.len || memcmp(f->out.data, sound.data, sound.len) != 0);
        }
        COMMAND(f, 0x02);
        ASSERT_ANSWER(f, 0x32, 0x01, 0x06, 0x07);
        done(f);
    }
    buffer_free(&sound);
}

static void a_deaf_card_wants_the_field_reset(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.quirks = QUIRK_FIELD_RESET});
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    COMMAND(f, 0x40, 0x01, 0x00, 0x82, 0x00, 0x00); /* EXTERNAL AUTHENTICATE without a challenge */
    ASSERT_ANSWER(f, 0x00, 0x69, 0x85);
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, PN532_STATUS_TIMEOUT);
    COMMAND(f, 0x32, 0x01, 0x00);
    COMMAND(f, 0x32, 0x01, 0x01);
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, SELECT_APPLICATION);
    ASSERT_ANSWER(f, 0x00, 0x90, 0x00);
    done(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(type_b_is_listed_as_type_b),
        cmocka_unit_test(bit_rates_are_those_both_have),
        cmocka_unit_test(a_slow_card_is_waited_for),
        cmocka_unit_test(raw_blocks_ask_for_waiting_time),
        cmocka_unit_test(blocks_over_the_cards_buffer_are_not_answered),
        cmocka_unit_test(a_card_that_slips_comes_back),
        cmocka_unit_test(errors_of_the_air_are_reported),
        cmocka_unit_test(broken_frames_are_broken),
        cmocka_unit_test(a_deaf_card_wants_the_field_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
