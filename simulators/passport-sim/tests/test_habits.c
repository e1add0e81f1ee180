/* Habits of sound chips (reader-cases, section c), and hostile answers under secure messaging. */
#include "reader.h"

#include <stdlib.h>

#define INFORMATION "L898902C<369080619406236"

struct fixture {
    struct document document;
    struct icc icc;
    struct reader reader;
    struct buffer plain;
};

static struct fixture *with(struct chip_traits traits)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct buffer content = {0};
    assert_non_null(f);
    memcpy(f->document.access, INFORMATION, sizeof(INFORMATION));
    for (size_t i = 0; i < 300; i++) {
        buffer_append_byte(&content, (uint8_t)i);
    }
    tlv_append(&f->document.files[LDS_DG1], 0x61, buffer_view(&content));
    tlv_append(&f->document.files[LDS_CARD_ACCESS], 0x31, buffer_view(&content));
    buffer_free(&content);
    f->reader.icc = &f->icc;
    icc_init(&f->icc, &f->document, &traits);
    return f;
}

static void done(struct fixture *f)
{
    icc_free(&f->icc);
    document_free(&f->document);
    buffer_free(&f->reader.response);
    buffer_free(&f->plain);
    free(f);
}

static void open_chip(struct fixture *f)
{
    uint16_t sw;
    assert_true(reader_bac(&f->reader, INFORMATION, &sw));
}

static uint16_t select_dg1(struct fixture *f)
{
    static const uint8_t fid[] = {0x01, 0x01};
    return reader_protected(&f->reader, 0xA4, 0x02, 0x0C, (struct slice){fid, 2}, -1, false, &f->plain);
}

static uint16_t read_dg1(struct fixture *f, int32_t le)
{
    f->plain.len = 0;
    return reader_protected(&f->reader, 0xB0, 0, 0, (struct slice){0}, le, false, &f->plain);
}

static void long_reads_meet_the_limit(void **state)
{
    (void)state;
    static const struct {
        enum over_limit over;
        uint16_t sw;
        size_t len;
    } rows[] = {{OVER_WRONG_LENGTH, 0x6700, 0}, {OVER_OFFSET, 0x6B00, 0},     {OVER_WARNING, 0x6282, 160},
                {OVER_FEWER, 0x9000, 160},      {OVER_CORRECT_LE, 0x6CA0, 0}, {OVER_NOTHING, 0x9000, 0}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture *f = with((struct chip_traits){.max_read = 160, .over_limit = rows[i].over});
        open_chip(f);
        assert_int_equal(select_dg1(f), SW_OK);
        assert_int_equal(read_dg1(f, 161), rows[i].sw);
        assert_int_equal(f->plain.len, rows[i].len);
        assert_int_equal(read_dg1(f, 160), SW_OK);
        assert_int_equal(f->plain.len, 160);
        done(f);
    }
}

static void a_long_read_may_lose_the_session(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.max_read = 160, .quirks = QUIRK_SESSION_LOST});
    open_chip(f);
    assert_int_equal(select_dg1(f), SW_OK);
    assert_int_equal(read_dg1(f, 200), 0x6700);
    assert_int_equal(read_dg1(f, 100), 0);
    assert_int_equal(reader_sw(&f->reader), SW_SM_INCORRECT);
    open_chip(f);
    assert_int_equal(select_dg1(f), SW_OK);
    assert_int_equal(read_dg1(f, 100), SW_OK);
    done(f);
}

/* gmrtd #457: the refusal is bare, and the chip's counter stands where it stood before the command. */
static void a_bare_refusal_leaves_the_counter(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.max_read = 160, .quirks = QUIRK_BARE_REFUSAL});
    uint8_t before[SUITE_BLOCK_MAX];
    open_chip(f);
    assert_int_equal(select_dg1(f), SW_OK);
    memcpy(before, f->reader.ssc, sizeof(before));
    assert_int_equal(read_dg1(f, 200), 0);
    assert_int_equal(f->reader.response.len, 2);
    assert_int_equal(reader_sw(&f->reader), 0x6700);
    memcpy(f->reader.ssc, before, sizeof(before));
    assert_int_equal(read_dg1(f, 100), SW_OK);
    done(f);
}

static void long_answers_come_by_get_response(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.quirks = QUIRK_MORE_DATA});
    open_chip(f);
    assert_int_equal(select_dg1(f), SW_OK);
    assert_int_equal(read_dg1(f, 100), 0);
    assert_int_equal(f->reader.response.len, 2);
    assert_int_equal(f->reader.response.data[0], 0x61);
    uint8_t size = f->reader.response.data[1];
    assert_int_equal(SEND(&f->reader, 0x00, 0xC0, 0x00, 0x00, size), SW_OK);
    assert_int_equal(f->reader.response.len, size + 2);
    assert_int_equal(f->reader.response.data[0], 0x87);
    assert_int_equal(select_dg1(f), SW_OK); /* the session goes on */
    done(f);
}

static void the_master_file_is_odd(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){.quirks = QUIRK_MF_NEEDED | QUIRK_MF_EMPTY_FALSE | QUIRK_NO_LE});
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x02, 0x0C, 2, 0x01, 0x1C), SW_NOT_FOUND);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x00, 0x0C), SW_OK);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x02, 0x0C, 2, 0x01, 0x1C), SW_NOT_FOUND);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x00, 0x0C, 2, 0x3F, 0x00), SW_OK);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x02, 0x0C, 2, 0x01, 0x1C, 0x00), SW_WRONG_LENGTH);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x02, 0x0C, 2, 0x01, 0x1C), SW_OK);
    done(f);
    f = with((struct chip_traits){.select_mf = 0x6D00});
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x00, 0x0C), 0x6D00);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x02, 0x0C, 2, 0x01, 0x1C), SW_OK);
    done(f);
}

static void a_chip_without_access_control_reads_plain(void **state)
{
    (void)state;
    struct fixture *f = with((struct chip_traits){0});
    f->document.mechanisms.access = ACCESS_NONE;
    assert_int_equal(reader_select_application(&f->reader), SW_OK);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x02, 0x0C, 2, 0x01, 0x01), SW_OK);
    assert_int_equal(SEND(&f->reader, 0x00, 0xB0, 0x00, 0x00, 0x10), SW_OK);
    assert_int_equal(f->reader.response.len, 18);
    assert_int_equal(SEND(&f->reader, 0x00, 0x84, 0, 0, 8), SW_INS);
    done(f);
}

/* What comes under a MAC that is right, as a data object list: the reader's own check passes, so it must look closer. */
static void twisted_answers_have_a_good_mac(void **state)
{
    (void)state;
    static const enum chip_fault faults[] = {CHIP_NO_STATUS,       CHIP_SHORT_STATUS,    CHIP_NO_CRYPTOGRAM,
                                             CHIP_TWO_CRYPTOGRAMS, CHIP_CRYPTOGRAM_SIZE, CHIP_PADDING,
                                             CHIP_INDICATOR,       CHIP_STRAY_OBJECT};
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct fixture *f = with((struct chip_traits){.fault = faults[i]});
        struct buffer input = {0};
        struct slice rest;
        struct tlv object = {0};
        uint8_t mac[SUITE_MAC];
        open_chip(f);
        select_dg1(f);
        read_dg1(f, 100);
        rest = (struct slice){f->reader.response.data, f->reader.response.len - 2};
        buffer_append(&input, f->reader.ssc, TDES_BLOCK);
        while (tlv_next(&rest, &object) && object.tag != 0x8E) {
            buffer_append(&input, object.whole.data, object.whole.len);
        }
        assert_int_equal(object.tag, 0x8E);
        reader_mac(&f->reader, &input, mac);
        assert_memory_equal(mac, object.value.data, SUITE_MAC);
        buffer_free(&input);
        done(f);
    }
}

/* Every other fault of protected answers is one that a reader which checks the MAC sees. */
static void other_faults_fail_the_check(void **state)
{
    (void)state;
    static const enum chip_fault faults[] = {CHIP_SHORT_MAC, CHIP_EMPTY_MAC,     CHIP_CRYPTOGRAM, CHIP_OLD_COUNTER,
                                             CHIP_REFLECTS,  CHIP_OBJECT_LENGTH, CHIP_PLAIN_ERROR};
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct fixture *f = with((struct chip_traits){.fault = faults[i], .status_word = 0x6988});
        open_chip(f);
        select_dg1(f);
        if (read_dg1(f, 100) != 0) {
            fail_msg("fault %u is not seen", (unsigned)faults[i]);
        }
        done(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_reads_meet_the_limit),
        cmocka_unit_test(a_long_read_may_lose_the_session),
        cmocka_unit_test(a_bare_refusal_leaves_the_counter),
        cmocka_unit_test(long_answers_come_by_get_response),
        cmocka_unit_test(the_master_file_is_odd),
        cmocka_unit_test(a_chip_without_access_control_reads_plain),
        cmocka_unit_test(twisted_answers_have_a_good_mac),
        cmocka_unit_test(other_faults_fail_the_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
