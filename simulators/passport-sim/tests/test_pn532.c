#include "cmocka_all.h"
#include "reader/pn532.h"

#include <stdlib.h>
#include <string.h>

/* A card that answers an APDU with as many octets as its first two say, or with the APDU itself. */
struct echo_card {
    struct card card;
    unsigned powered, resets;
    enum card_result result;
};

static void echo_power(void *ctx, bool on)
{
    struct echo_card *echo = ctx;
    echo->powered += on ? 1 : 0;
}

static void echo_reset(void *ctx)
{
    struct echo_card *echo = ctx;
    echo->resets++;
}

static enum card_result echo_exchange(void *ctx, struct slice command, struct buffer *response)
{
    struct echo_card *echo = ctx;
    if (echo->result != CARD_ANSWERED) {
        return echo->result;
    }
    if (command.len == 2) {
        size_t len = (size_t)command.data[0] << 8 | command.data[1];
        for (size_t i = 0; i < len; i++) {
            buffer_append_byte(response, (uint8_t)i);
        }
    } else {
        buffer_append(response, command.data, command.len);
    }
    return CARD_ANSWERED;
}

struct fixture {
    struct pn532 pn532;
    struct echo_card echo;
    struct buffer out;
    int64_t now;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    if (f == NULL) {
        return -1;
    }
    pn532_init(&f->pn532);
    f->echo.card = (struct card){.type = 'A',
                                 .atqa = {0x00, 0x04},
                                 .sak = 0x20,
                                 .uid = {0x08, 1, 2, 3},
                                 .uid_len = 4,
                                 .ats = {0x05, 0x78, 0x77, 0x94, 0x00},
                                 .ats_len = 5,
                                 .ctx = &f->echo,
                                 .power = echo_power,
                                 .reset = echo_reset,
                                 .exchange = echo_exchange};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    pn532_free(&f->pn532);
    buffer_free(&f->out);
    free(f);
    return 0;
}

/* Sends a command; out holds everything the chip sent. */
static void command(struct fixture *f, const uint8_t *data, size_t len)
{
    uint8_t frame[PN532_FRAME_MAX] = {0x00, 0x00, 0xFF, 0xFF, 0xFF};
    size_t total = len + 1;
    uint8_t sum = PN532_TFI_HOST;
    frame[5] = (uint8_t)(total >> 8);
    frame[6] = (uint8_t)total;
    frame[7] = (uint8_t)(0 - frame[5] - frame[6]);
    frame[8] = PN532_TFI_HOST;
    memcpy(frame + 9, data, len);
    for (size_t i = 0; i < len; i++) {
        sum = (uint8_t)(sum + data[i]);
    }
    frame[9 + len] = (uint8_t)(0 - sum);
    f->out.len = 0;
    pn532_receive(&f->pn532, (struct slice){frame, len + 11}, f->now, &f->out);
}

/* Content of the answer after the response code, when ACK and a whole answer are in out. */
static struct slice answer(const struct fixture *f, uint8_t code)
{
    static const uint8_t ack[] = {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
    const uint8_t *at = f->out.data + sizeof(ack);
    assert_true(f->out.len > sizeof(ack) + 7);
    assert_memory_equal(f->out.data, ack, sizeof(ack));
    size_t header = 5;
    size_t len = at[3];
    if (at[3] == 0xFF && at[4] == 0xFF) {
        header = 8;
        len = (size_t)at[5] << 8 | at[6];
    }
    assert_int_equal(f->out.len, sizeof(ack) + header + len + 2);
    assert_int_equal(at[header], PN532_TFI_CHIP);
    assert_int_equal(at[header + 1], code + 1);
    return (struct slice){at + header + 2, len - 2};
}

#define COMMAND(f, ...) command((f), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define ASSERT_ANSWER(f, code, ...)                                                                                    \
    do {                                                                                                               \
        const uint8_t expected_[] = {__VA_ARGS__};                                                                     \
        struct slice answer_ = answer((f), (code));                                                                    \
        assert_int_equal(answer_.len, sizeof(expected_));                                                              \
        assert_memory_equal(answer_.data, expected_, sizeof(expected_));                                               \
    } while (0)

static void start(struct fixture *f)
{
    COMMAND(f, 0x14, 0x01);
    assert_int_equal(answer(f, 0x14).len, 0);
}

static void only_sam_configuration_leads_out_of_low_vbat(void **state)
{
    struct fixture *f = *state;
    COMMAND(f, 0x02);
    assert_int_equal(f->out.len, 0);
    start(f);
    COMMAND(f, 0x02);
    ASSERT_ANSWER(f, 0x02, 0x32, 0x01, 0x06, 0x07);
}

static void power_down_sleeps_until_the_preamble(void **state)
{
    struct fixture *f = *state;
    static const uint8_t preamble[] = {0x55, 0x55, 0x00, 0x00, 0x00};
    start(f);
    COMMAND(f, 0x16, 0xF0);
    ASSERT_ANSWER(f, 0x16, 0x00);
    COMMAND(f, 0x02);
    assert_int_equal(f->out.len, 0);
    pn532_receive(&f->pn532, (struct slice){preamble, sizeof(preamble)}, 0, &f->out);
    COMMAND(f, 0x02);
    ASSERT_ANSWER(f, 0x02, 0x32, 0x01, 0x06, 0x07);
}

static void unknown_and_misshapen_commands_are_syntax_errors(void **state)
{
    struct fixture *f = *state;
    static const uint8_t expected[] = {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00, 0x00,
                                       0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00};
    start(f);
    COMMAND(f, 0x99);
    assert_int_equal(f->out.len, sizeof(expected));
    assert_memory_equal(f->out.data, expected, sizeof(expected));
    COMMAND(f, 0x32, 0x05, 0x01); /* RFConfiguration of retries wants three octets */
    assert_memory_equal(f->out.data, expected, sizeof(expected));
    COMMAND(f, 0x4A, 0x03, 0x00); /* three targets */
    assert_memory_equal(f->out.data, expected, sizeof(expected));
    COMMAND(f, 0x06, 0x63, 0x02, 0x63);
    assert_memory_equal(f->out.data, expected, sizeof(expected));
}

static void nack_brings_the_last_answer_again(void **state)
{
    struct fixture *f = *state;
    static const uint8_t nack[] = {0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00};
    start(f);
    COMMAND(f, 0x00, 0x00, 'a', 'b');
    ASSERT_ANSWER(f, 0x00, 0x00, 'a', 'b');
    struct buffer before = {0};
    buffer_append(&before, f->out.data + 6, f->out.len - 6);
    f->out.len = 0;
    pn532_receive(&f->pn532, (struct slice){nack, sizeof(nack)}, 0, &f->out);
    assert_int_equal(f->out.len, before.len);
    assert_memory_equal(f->out.data, before.data, before.len);
    buffer_free(&before);
}

static void registers_keep_what_was_written(void **state)
{
    struct fixture *f = *state;
    start(f);
    COMMAND(f, 0x08, 0x63, 0x02, 0x80, 0x63, 0x03, 0x81);
    assert_int_equal(answer(f, 0x08).len, 0);
    COMMAND(f, 0x06, 0x63, 0x03, 0x63, 0x02);
    ASSERT_ANSWER(f, 0x06, 0x81, 0x80);
}

static void lists_a_type_a_target_and_no_other(void **state)
{
    struct fixture *f = *state;
    start(f);
    COMMAND(f, 0x32, 0x05, 0x00, 0x01, 0x02);
    COMMAND(f, 0x4A, 0x01, 0x00);
    ASSERT_ANSWER(f, 0x4A, 0x00);
    pn532_place(&f->pn532, &f->echo.card);
    COMMAND(f, 0x4A, 0x01, 0x00);
    ASSERT_ANSWER(f, 0x4A, 0x01, 0x01, 0x00, 0x04, 0x20, 0x04, 0x08, 1, 2, 3, 0x05, 0x78, 0x77, 0x94, 0x00);
    for (uint8_t modulation = 1; modulation <= 4; modulation++) {
        COMMAND(f, 0x4A, 0x01, modulation, 0x00);
        ASSERT_ANSWER(f, 0x4A, 0x00);
    }
    COMMAND(f, 0x40, 0x01, 0x00); /* listing another kind lets the target go */
    ASSERT_ANSWER(f, 0x40, PN532_STATUS_CONTEXT);
}

static void endless_polling_waits_for_a_card_or_the_host(void **state)
{
    struct fixture *f = *state;
    static const uint8_t ack[] = {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
    start(f);
    COMMAND(f, 0x4A, 0x01, 0x00);
    assert_int_equal(f->out.len, 6);
    f->out.len = 0;
    pn532_tick(&f->pn532, 60000, &f->out);
    assert_int_equal(f->out.len, 0);
    pn532_place(&f->pn532, &f->echo.card);
    pn532_tick(&f->pn532, 60001, &f->out);
    assert_true(f->out.len > 20);
    assert_int_equal(f->out.data[6], 0x4B);

    pn532_place(&f->pn532, NULL);
    COMMAND(f, 0x4A, 0x01, 0x00);
    f->out.len = 0;
    pn532_receive(&f->pn532, (struct slice){ack, sizeof(ack)}, 60002, &f->out);
    pn532_place(&f->pn532, &f->echo.card);
    pn532_tick(&f->pn532, 60003, &f->out);
    assert_int_equal(f->out.len, 0);

    pn532_place(&f->pn532, NULL);
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, 0x02); /* so does another command */
    pn532_place(&f->pn532, &f->echo.card);
    f->out.len = 0;
    pn532_tick(&f->pn532, 60004, &f->out);
    assert_int_equal(f->out.len, 0);
}

static void auto_poll_ends_in_time(void **state)
{
    struct fixture *f = *state;
    start(f);
    f->now = 1000;
    COMMAND(f, 0x60, 0x02, 0x01, 0x20);
    assert_int_equal(f->out.len, 6);
    assert_int_equal(pn532_timeout_ms(&f->pn532, 1000), 300);
    f->out.len = 0;
    pn532_tick(&f->pn532, 1299, &f->out);
    assert_int_equal(f->out.len, 0);
    pn532_tick(&f->pn532, 1300, &f->out);
    static const uint8_t none[] = {0x00, 0x00, 0xFF, 0x03, 0xFD, 0xD5, 0x61, 0x00, 0xCA, 0x00};
    assert_int_equal(f->out.len, sizeof(none));
    assert_memory_equal(f->out.data, none, sizeof(none));
    pn532_place(&f->pn532, &f->echo.card);
    COMMAND(f, 0x60, 0x02, 0x01, 0x11, 0x20);
    struct slice found = answer(f, 0x60);
    assert_int_equal(found.data[0], 1);
    assert_int_equal(found.data[1], 0x20);
    assert_int_equal(found.data[2], found.len - 3);
}

static void list_target(struct fixture *f)
{
    start(f);
    pn532_place(&f->pn532, &f->echo.card);
    COMMAND(f, 0x4A, 0x01, 0x00);
    assert_int_equal(answer(f, 0x4A).data[0], 1);
}

static void long_answers_come_in_parts(void **state)
{
    struct fixture *f = *state;
    list_target(f);
    COMMAND(f, 0x40, 0x01, 0x01, 0x06); /* 262 octets fit */
    assert_int_equal(answer(f, 0x40).len, 263);
    assert_int_equal(answer(f, 0x40).data[0], 0x00);
    COMMAND(f, 0x40, 0x01, 0x01, 0x07); /* 263 do not */
    assert_int_equal(answer(f, 0x40).len, 263);
    assert_int_equal(answer(f, 0x40).data[0], 0x40);
    COMMAND(f, 0x40, 0x01);
    ASSERT_ANSWER(f, 0x40, 0x00, 0x06);
}

static void commands_can_be_chained(void **state)
{
    struct fixture *f = *state;
    list_target(f);
    COMMAND(f, 0x40, 0x41, 1, 2, 3);
    ASSERT_ANSWER(f, 0x40, 0x00);
    COMMAND(f, 0x40, 0x01, 4);
    ASSERT_ANSWER(f, 0x40, 0x00, 1, 2, 3, 4);
}

static void a_removed_card_times_out_and_is_listed_no_more(void **state)
{
    struct fixture *f = *state;
    list_target(f);
    COMMAND(f, 0x32, 0x05, 0x00, 0x01, 0x02);
    pn532_place(&f->pn532, NULL);
    COMMAND(f, 0x40, 0x01, 1, 2, 3);
    ASSERT_ANSWER(f, 0x40, PN532_STATUS_TIMEOUT);
    COMMAND(f, 0x4A, 0x01, 0x00);
    ASSERT_ANSWER(f, 0x4A, 0x00);
    COMMAND(f, 0x40, 0x01, 1, 2, 3);
    ASSERT_ANSWER(f, 0x40, PN532_STATUS_CONTEXT);
}

static void a_card_that_leaves_breaks_the_answer_then_times_out(void **state)
{
    struct fixture *f = *state;
    list_target(f);
    f->echo.result = CARD_BROKEN;
    COMMAND(f, 0x40, 0x01, 1, 2, 3);
    ASSERT_ANSWER(f, 0x40, PN532_STATUS_FORMAT);
    COMMAND(f, 0x40, 0x01, 1, 2, 3);
    ASSERT_ANSWER(f, 0x40, PN532_STATUS_TIMEOUT);
}

static void a_hung_reader_says_nothing_until_it_is_freed(void **state)
{
    struct fixture *f = *state;
    list_target(f);
    f->echo.result = CARD_HANGS_READER;
    COMMAND(f, 0x40, 0x01, 1, 2, 3);
    assert_int_equal(f->out.len, 0);
    COMMAND(f, 0x02);
    assert_int_equal(f->out.len, 0);
    f->pn532.hung = false;
    COMMAND(f, 0x02);
    ASSERT_ANSWER(f, 0x02, 0x32, 0x01, 0x06, 0x07);
}

static void the_field_powers_the_card(void **state)
{
    struct fixture *f = *state;
    list_target(f);
    assert_int_equal(f->echo.powered, 1);
    COMMAND(f, 0x32, 0x01, 0x00);
    COMMAND(f, 0x40, 0x01, 1, 2, 3);
    ASSERT_ANSWER(f, 0x40, PN532_STATUS_CONTEXT);
    COMMAND(f, 0x32, 0x01, 0x01);
    assert_int_equal(f->echo.powered, 2);
    COMMAND(f, 0x4A, 0x01, 0x00);
    COMMAND(f, 0x44, 0x01);
    ASSERT_ANSWER(f, 0x44, 0x00);
    COMMAND(f, 0x40, 0x01, 1, 2, 3); /* deselected: halted, does not answer */
    ASSERT_ANSWER(f, 0x40, PN532_STATUS_TIMEOUT);
    COMMAND(f, 0x54, 0x01);
    ASSERT_ANSWER(f, 0x54, 0x00);
    COMMAND(f, 0x40, 0x01, 1, 2, 3);
    ASSERT_ANSWER(f, 0x40, 0x00, 1, 2, 3);
    COMMAND(f, 0x52, 0x00);
    ASSERT_ANSWER(f, 0x52, 0x00);
    COMMAND(f, 0x54, 0x01);
    ASSERT_ANSWER(f, 0x54, PN532_STATUS_CONTEXT);
}

static void raw_blocks_speak_iso_dep(void **state)
{
    struct fixture *f = *state;
    list_target(f);
    COMMAND(f, 0x42, 0xB2); /* libnfc's presence check: R(NAK) */
    ASSERT_ANSWER(f, 0x42, 0x00, 0xA3);
    COMMAND(f, 0x42, 0x02, 9, 8, 7);
    ASSERT_ANSWER(f, 0x42, 0x00, 0x02, 9, 8, 7);
    COMMAND(f, 0x42, 0xB2); /* the block before, once more */
    ASSERT_ANSWER(f, 0x42, 0x00, 0x02, 9, 8, 7);
    COMMAND(f, 0x42, 0x13, 1, 2); /* a chain of two */
    ASSERT_ANSWER(f, 0x42, 0x00, 0xA3);
    COMMAND(f, 0x42, 0x02, 3);
    ASSERT_ANSWER(f, 0x42, 0x00, 0x02, 1, 2, 3);
    COMMAND(f, 0x42, 0x03, 0x01, 0x2C); /* 300 octets back: chained */
    struct slice part = answer(f, 0x42);
    assert_int_equal(part.data[0], 0x00);
    assert_int_equal(part.data[1], 0x13);
    assert_int_equal(part.len, 2 + 253);
    COMMAND(f, 0x42, 0xA2);
    part = answer(f, 0x42);
    assert_int_equal(part.data[1], 0x02);
    assert_int_equal(part.len, 2 + 300 - 253);
    COMMAND(f, 0x42, 0xC2);
    ASSERT_ANSWER(f, 0x42, 0x00, 0xC2);
    COMMAND(f, 0x42, 0x02, 1);
    ASSERT_ANSWER(f, 0x42, PN532_STATUS_TIMEOUT);
}

/* Whatever a host sends in whole frames is answered by whole frames, or not at all. */
static void random_commands_are_survived(void **state)
{
    struct fixture *f = *state;
    static const uint8_t codes[] = {0x00, 0x02, 0x04, 0x06, 0x08, 0x12, 0x14, 0x32,
                                    0x40, 0x42, 0x44, 0x4A, 0x4E, 0x52, 0x54, 0x60};
    srand(7);
    start(f);
    for (unsigned round = 0; round < 20000; round++) {
        uint8_t data[PN532_DATA_MAX - 1];
        size_t len = 1 + (size_t)rand() % (round % 8 == 0 ? sizeof(data) : 6);
        for (size_t i = 0; i < len; i++) {
            data[i] = (uint8_t)(rand() % 3 == 0 ? rand() : rand() % 3);
        }
        data[0] = codes[(size_t)rand() % sizeof(codes)];
        pn532_place(&f->pn532, rand() % 16 == 0 ? NULL : &f->echo.card);
        f->now++;
        command(f, data, len);
        assert_true(f->out.len >= 6);
        assert_true(f->out.len <= 6 + PN532_FRAME_MAX);
        assert_int_equal(f->out.data[f->out.len - 1], 0x00);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(only_sam_configuration_leads_out_of_low_vbat),
        TEST(power_down_sleeps_until_the_preamble),
        TEST(unknown_and_misshapen_commands_are_syntax_errors),
        TEST(nack_brings_the_last_answer_again),
        TEST(registers_keep_what_was_written),
        TEST(lists_a_type_a_target_and_no_other),
        TEST(endless_polling_waits_for_a_card_or_the_host),
        TEST(auto_poll_ends_in_time),
        TEST(long_answers_come_in_parts),
        TEST(commands_can_be_chained),
        TEST(a_removed_card_times_out_and_is_listed_no_more),
        TEST(a_card_that_leaves_breaks_the_answer_then_times_out),
        TEST(a_hung_reader_says_nothing_until_it_is_freed),
        TEST(the_field_powers_the_card),
        TEST(raw_blocks_speak_iso_dep),
        TEST(random_commands_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
