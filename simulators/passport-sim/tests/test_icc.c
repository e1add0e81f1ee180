#include "reader.h"

#include <openssl/rsa.h>
#include <stdlib.h>

#define INFORMATION "L898902C<369080619406236" /* ICAO 9303-11 Appendix D.2 */

struct fixture {
    struct document document;
    struct icc icc;
    struct reader reader;
    struct buffer plain;
};

static void put_file(struct document *document, enum lds_file file, uint8_t tag, size_t len)
{
    struct buffer content = {0};
    for (size_t i = 0; i < len; i++) {
        buffer_append_byte(&content, (uint8_t)(i * 13 + tag));
    }
    tlv_append(&document->files[file], tag, buffer_view(&content));
    buffer_free(&content);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    if (f == NULL) {
        return -1;
    }
    memcpy(f->document.access, INFORMATION, sizeof(INFORMATION));
    put_file(&f->document, LDS_COM, 0x60, 20);
    put_file(&f->document, LDS_DG1, 0x61, 91);
    put_file(&f->document, LDS_DG2, 0x75, 40000);
    put_file(&f->document, LDS_DG3, 0x63, 50);
    put_file(&f->document, LDS_SOD, 0x77, 1000);
    f->document.active_auth_key = EVP_RSA_gen(1536);
    f->reader.icc = &f->icc;
    icc_init(&f->icc, &f->document, &(struct chip_traits){0});
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    icc_free(&f->icc);
    document_free(&f->document);
    buffer_free(&f->reader.response);
    buffer_free(&f->plain);
    free(f);
    return 0;
}

static void with_traits(struct fixture *f, struct chip_traits traits)
{
    icc_free(&f->icc);
    icc_init(&f->icc, &f->document, &traits);
}

static void open_chip(struct fixture *f)
{
    uint16_t sw;
    assert_true(reader_bac(&f->reader, INFORMATION, &sw));
    assert_int_equal(sw, SW_OK);
}

static uint16_t select_ef(struct fixture *f, uint8_t high, uint8_t low)
{
    const uint8_t fid[] = {high, low};
    return reader_protected(&f->reader, 0xA4, 0x02, 0x0C, (struct slice){fid, 2}, -1, false, &f->plain);
}

static uint16_t read_at(struct fixture *f, unsigned offset, int32_t le)
{
    f->plain.len = 0;
    return reader_protected(&f->reader, 0xB0, (uint8_t)(offset >> 8), (uint8_t)offset, (struct slice){0}, le, false,
                            &f->plain);
}

static void nothing_is_read_before_access(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(SEND(&f->reader, 0x00, 0x84, 0x00, 0x00, 0x08), SW_CONDITIONS);
    assert_int_equal(reader_select_application(&f->reader), SW_OK);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01, 0x01), SW_SECURITY_STATUS);
    assert_int_equal(SEND(&f->reader, 0x00, 0xB0, 0x81, 0x00, 0x00), SW_SECURITY_STATUS);
    assert_int_equal(SEND(&f->reader, 0x00, 0x88, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0), SW_SECURITY_STATUS);
    assert_int_equal(SEND(&f->reader, 0x00, 0xCA, 0x00, 0x00, 0x00), SW_INS);
    assert_int_equal(SEND(&f->reader, 0x80, 0xA4, 0x00, 0x0C), SW_CLA);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x04, 0x0C, 0x02, 0xA0, 0x00), SW_NOT_FOUND);
    assert_int_equal(SEND(&f->reader, 0x00, 0xA4, 0x04), SW_WRONG_LENGTH);
}

static void a_wrong_zone_is_refused(void **state)
{
    struct fixture *f = *state;
    uint16_t sw;
    assert_false(reader_bac(&f->reader, "L898902C<369080619406237", &sw));
    assert_int_equal(sw, SW_AUTHENTICATION_FAILED);
}

static void a_challenge_serves_once(void **state)
{
    struct fixture *f = *state;
    uint8_t command[46] = {0x00, 0x82, 0x00, 0x00, 0x28};
    assert_int_equal(reader_select_application(&f->reader), SW_OK);
    assert_int_equal(reader_send(&f->reader, command, sizeof(command)), SW_CONDITIONS);
    assert_int_equal(SEND(&f->reader, 0x00, 0x84, 0x00, 0x00, 0x08), SW_OK);
    assert_int_equal(reader_send(&f->reader, command, sizeof(command)), SW_AUTHENTICATION_FAILED);
    assert_int_equal(reader_send(&f->reader, command, sizeof(command)), SW_CONDITIONS);
}

static void files_are_read_by_identifier(void **state)
{
    struct fixture *f = *state;
    const struct buffer *dg1 = &f->document.files[LDS_DG1];
    open_chip(f);
    assert_int_equal(read_at(f, 0, 4), SW_NO_CURRENT_EF);
    assert_int_equal(select_ef(f, 0x01, 0x05), SW_NOT_FOUND);
    assert_int_equal(select_ef(f, 0x01, 0x01), SW_OK);
    assert_int_equal(read_at(f, 0, 4), SW_OK);
    assert_int_equal(f->plain.len, 4);
    assert_memory_equal(f->plain.data, dg1->data, 4);
    assert_int_equal(read_at(f, 4, (int32_t)dg1->len - 4), SW_OK);
    assert_memory_equal(f->plain.data, dg1->data + 4, dg1->len - 4);
    assert_int_equal(read_at(f, (unsigned)dg1->len, 1), SW_OFFSET);
    assert_int_equal(read_at(f, 0, 0), SW_OK); /* Le 00: all there is */
    assert_int_equal(f->plain.len, dg1->len);
}

static void files_are_read_by_short_identifier(void **state)
{
    struct fixture *f = *state;
    open_chip(f);
    assert_int_equal(read_at(f, 0x9D00, 8), SW_OK);
    assert_memory_equal(f->plain.data, f->document.files[LDS_SOD].data, 8);
    assert_int_equal(read_at(f, 8, 231), SW_OK); /* it is the current file now */
    assert_memory_equal(f->plain.data, f->document.files[LDS_SOD].data + 8, 231);
    assert_int_equal(read_at(f, 8, 232), SW_WRONG_LENGTH); /* would not fit a short response */
    assert_int_equal(read_at(f, 0x9D08, 16), SW_OK);
    assert_memory_equal(f->plain.data, f->document.files[LDS_SOD].data + 8, 16);
    assert_int_equal(read_at(f, 0x8500, 8), SW_NOT_FOUND);
}

static void ends_of_files_come_in_four_ways(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum end_of_file way;
        uint16_t sw;
        size_t len;
    } cases[] = {{END_WARNING, SW_END_OF_FILE, 3},
                 {END_FEWER, SW_OK, 3},
                 {END_CORRECT_LE, 0x6C03, 0},
                 {END_OFFSET, SW_OFFSET, 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        with_traits(f, (struct chip_traits){.end_of_file = cases[i].way});
        open_chip(f);
        assert_int_equal(select_ef(f, 0x01, 0x01), SW_OK);
        assert_int_equal(read_at(f, (unsigned)f->document.files[LDS_DG1].len - 3, 10), cases[i].sw);
        assert_int_equal(f->plain.len, cases[i].len);
    }
}

static void reads_over_32_kilobytes_take_the_odd_instruction(void **state)
{
    struct fixture *f = *state;
    static const uint8_t offset[] = {0x54, 0x03, 0x00, 0x90, 0x00};
    open_chip(f);
    assert_int_equal(select_ef(f, 0x01, 0x02), SW_OK);
    assert_int_equal(
        reader_protected(&f->reader, 0xB1, 0x00, 0x00, (struct slice){offset, sizeof(offset)}, 0xA0, false, &f->plain),
        SW_OK);
    assert_int_equal(f->plain.len, 0xA0);
    assert_int_equal(f->plain.data[0], 0x53);
    assert_int_equal(f->plain.data[1], 0x81);
    assert_int_equal(f->plain.data[2], 0x9D);
    assert_memory_equal(f->plain.data + 3, f->document.files[LDS_DG2].data + 0x9000, 0x9D);
}

static void extended_reads_give_more(void **state)
{
    struct fixture *f = *state;
    open_chip(f);
    assert_int_equal(select_ef(f, 0x01, 0x02), SW_OK);
    f->plain.len = 0;
    assert_int_equal(reader_protected(&f->reader, 0xB0, 0x00, 0x10, (struct slice){0}, 2000, true, &f->plain), SW_OK);
    assert_int_equal(f->plain.len, 2000);
    assert_memory_equal(f->plain.data, f->document.files[LDS_DG2].data + 16, 2000);
}

static void fingerprints_stay_closed(void **state)
{
    struct fixture *f = *state;
    open_chip(f);
    assert_int_equal(select_ef(f, 0x01, 0x03), SW_SECURITY_STATUS);
    assert_int_equal(read_at(f, 0x8300, 4), SW_SECURITY_STATUS);
}

static void a_plain_command_ends_the_session(void **state)
{
    struct fixture *f = *state;
    open_chip(f);
    assert_int_equal(select_ef(f, 0x01, 0x01), SW_OK);
    assert_int_equal(SEND(&f->reader, 0x00, 0xB0, 0x00, 0x00, 0x04), SW_SECURITY_STATUS);
    assert_int_equal(read_at(f, 0, 4), 0);
    assert_int_equal(reader_sw(&f->reader), SW_SM_INCORRECT);
    assert_int_equal(f->reader.response.len, 2);
    open_chip(f); /* and access can be had again */
    assert_int_equal(select_ef(f, 0x01, 0x01), SW_OK);
}

static void a_wrong_mac_ends_the_session(void **state)
{
    struct fixture *f = *state;
    open_chip(f);
    f->reader.mac[0] ^= 0x80;
    assert_int_equal(select_ef(f, 0x01, 0x01), 0);
    assert_int_equal(reader_sw(&f->reader), SW_SM_INCORRECT);
    f->reader.mac[0] ^= 0x80;
    assert_int_equal(select_ef(f, 0x01, 0x01), 0);
    assert_int_equal(f->reader.response.len, 2);
}

static void power_and_deselection_end_the_session(void **state)
{
    struct fixture *f = *state;
    uint8_t uid[4];
    open_chip(f);
    f->icc.card.reset(f->icc.card.ctx);
    assert_int_equal(select_ef(f, 0x01, 0x01), 0);
    open_chip(f);
    memcpy(uid, f->icc.card.uid, sizeof(uid));
    f->icc.card.power(f->icc.card.ctx, false);
    f->icc.card.power(f->icc.card.ctx, true);
    assert_int_equal(select_ef(f, 0x01, 0x01), 0);
    assert_memory_not_equal(uid, f->icc.card.uid, sizeof(uid));
}

/* ISO 9796-2 scheme 1, opened with the public key (ICAO 9303-11 6.1.2.2, Appendix F for the shape). */
static void active_authentication_recovers_the_nonce(void **state)
{
    struct fixture *f = *state;
    static const uint8_t nonce[] = {0xF1, 0x73, 0x58, 0x99, 0x74, 0xBF, 0x40, 0xC6};
    uint8_t opened[192];
    uint8_t digest[32];
    size_t len = sizeof(opened);
    struct buffer message = {0};
    open_chip(f);
    assert_int_equal(
        reader_protected(&f->reader, 0x88, 0, 0, (struct slice){nonce, sizeof(nonce)}, 0, false, &f->plain), SW_OK);
    assert_int_equal(f->plain.len, sizeof(opened));
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(f->document.active_auth_key, NULL);
    assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    assert_int_equal(EVP_PKEY_encrypt(ctx, opened, &len, f->plain.data, f->plain.len), 1);
    EVP_PKEY_CTX_free(ctx);
    assert_int_equal(opened[0], 0x6A);
    assert_int_equal(opened[190], 0x34);
    assert_int_equal(opened[191], 0xCC);
    buffer_append(&message, opened + 1, sizeof(opened) - 35);
    buffer_append(&message, nonce, sizeof(nonce));
    EVP_Digest(message.data, message.len, digest, NULL, EVP_sha256(), NULL);
    assert_memory_equal(digest, opened + 158, sizeof(digest));
    buffer_free(&message);
}

/* -- Faults: each is seen by a reader that looks, and only there -- */

static void a_fault_in_bac_is_seen(void **state)
{
    struct fixture *f = *state;
    static const enum chip_fault faults[] = {CHIP_BAC_WRONG_MAC, CHIP_BAC_WRONG_NONCE};
    for (size_t i = 0; i < 2; i++) {
        uint16_t sw;
        with_traits(f, (struct chip_traits){.fault = faults[i]});
        assert_false(reader_bac(&f->reader, INFORMATION, &sw));
        assert_int_equal(sw, SW_OK);
    }
}

static void a_fault_in_secure_messaging_is_seen(void **state)
{
    struct fixture *f = *state;
    static const enum chip_fault faults[] = {CHIP_PLAIN_SUCCESS, CHIP_PLAIN_DATA, CHIP_WRONG_MAC, CHIP_NO_MAC,
                                             CHIP_OTHER_STATUS};
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        with_traits(f, (struct chip_traits){.fault = faults[i]});
        open_chip(f);
        assert_int_equal(select_ef(f, 0x01, 0x01), 0);
    }
    with_traits(f, (struct chip_traits){.fault = CHIP_PLAIN_SUCCESS});
    open_chip(f);
    select_ef(f, 0x01, 0x01);
    assert_int_equal(f->reader.response.len, 2);
    assert_int_equal(reader_sw(&f->reader), SW_OK);
}

static void a_replayed_answer_is_seen(void **state)
{
    struct fixture *f = *state;
    with_traits(f, (struct chip_traits){.fault = CHIP_REPLAYS, .at = 6});
    open_chip(f); /* exchanges 1 to 3 */
    assert_int_equal(select_ef(f, 0x01, 0x01), SW_OK);
    assert_int_equal(read_at(f, 0, 4), SW_OK);
    assert_int_equal(read_at(f, 4, 4), 0);
}

static void a_chip_that_leaves_or_hangs_does_so_at_its_exchange(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum chip_fault fault;
        enum card_result result;
    } cases[] = {{CHIP_LEAVES, CARD_BROKEN}, {CHIP_HANGS_READER, CARD_HANGS_READER}};
    for (size_t i = 0; i < 2; i++) {
        with_traits(f, (struct chip_traits){.fault = cases[i].fault, .at = 5});
        open_chip(f);
        assert_int_equal(select_ef(f, 0x01, 0x01), SW_OK);
        assert_int_equal(select_ef(f, 0x01, 0x01), 0);
        assert_int_equal(f->reader.result, cases[i].result);
    }
    with_traits(f, (struct chip_traits){.fault = CHIP_MUTE});
    assert_int_equal(reader_select_application(&f->reader), 0);
    assert_int_equal(f->reader.result, CARD_MUTE);
}

static void faults_in_reading(void **state)
{
    struct fixture *f = *state;
    with_traits(f, (struct chip_traits){.fault = CHIP_EMPTY_READS});
    open_chip(f);
    assert_int_equal(select_ef(f, 0x01, 0x01), SW_OK);
    assert_int_equal(read_at(f, 0, 4), SW_OK);
    assert_int_equal(f->plain.len, 0);

    with_traits(f, (struct chip_traits){.fault = CHIP_LONG_ANSWERS});
    open_chip(f);
    assert_int_equal(select_ef(f, 0x01, 0x01), SW_OK);
    assert_int_equal(read_at(f, 0, 4), SW_OK);
    assert_int_equal(f->plain.len, 5);

    static const uint8_t header[] = {0x77, 0x84, 0x7F, 0xFF, 0xFF, 0xFF};
    with_traits(f, (struct chip_traits){.fault = CHIP_ENDLESS_FILE});
    open_chip(f);
    assert_int_equal(select_ef(f, 0x01, 0x1D), SW_OK);
    assert_int_equal(read_at(f, 0, 6), SW_OK);
    assert_memory_equal(f->plain.data, header, sizeof(header));
    assert_int_equal(read_at(f, 0x7F00, 231), SW_OK);
    assert_int_equal(f->plain.len, 231);

    with_traits(f, (struct chip_traits){.max_read = 160});
    open_chip(f);
    assert_int_equal(select_ef(f, 0x01, 0x1D), SW_OK);
    assert_int_equal(read_at(f, 0, 161), SW_WRONG_LENGTH);
    assert_int_equal(read_at(f, 0, 160), SW_OK);
}

/* Whatever a reader sends, before access and inside a session: an answer with a status word, and the chip can be opened again. */
static void random_commands_are_survived(void **state)
{
    struct fixture *f = *state;
    static const uint8_t instructions[] = {0x82, 0x84, 0x88, 0xA4, 0xB0, 0xB1};
    srand(11);
    for (unsigned round = 0; round < 5000; round++) {
        uint8_t data[64];
        size_t len = (size_t)rand() % sizeof(data);
        for (size_t i = 0; i < len; i++) {
            data[i] = (uint8_t)(rand() % 2 == 0 ? rand() : rand() % 4);
        }
        if (len > 1) {
            data[0] = rand() % 2 == 0 ? 0x00 : 0x0C;
            data[1] = instructions[(size_t)rand() % sizeof(instructions)];
        }
        assert_int_not_equal(reader_send(&f->reader, data, len), 0);
        if (round % 50 == 0) {
            open_chip(f);
        }
        if (f->icc.sm.active) { /* well protected, but senseless */
            f->plain.len = 0;
            reader_protected(&f->reader, instructions[(size_t)rand() % sizeof(instructions)],
                             (uint8_t)(rand() % 4 * 0x40), (uint8_t)rand(), (struct slice){data, len}, rand() % 300 - 1,
                             rand() % 2 == 0, &f->plain);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_read_before_access),
        TEST(a_wrong_zone_is_refused),
        TEST(a_challenge_serves_once),
        TEST(files_are_read_by_identifier),
        TEST(files_are_read_by_short_identifier),
        TEST(ends_of_files_come_in_four_ways),
        TEST(reads_over_32_kilobytes_take_the_odd_instruction),
        TEST(extended_reads_give_more),
        TEST(fingerprints_stay_closed),
        TEST(a_plain_command_ends_the_session),
        TEST(a_wrong_mac_ends_the_session),
        TEST(power_and_deselection_end_the_session),
        TEST(active_authentication_recovers_the_nonce),
        TEST(a_fault_in_bac_is_seen),
        TEST(a_fault_in_secure_messaging_is_seen),
        TEST(a_replayed_answer_is_seen),
        TEST(a_chip_that_leaves_or_hangs_does_so_at_its_exchange),
        TEST(faults_in_reading),
        TEST(random_commands_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
