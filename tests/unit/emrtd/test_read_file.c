#include "emrtd/fake_chip.h"

static struct fake_chip chip;
static struct session session;
static uint8_t sod[1500], dg2[40000], out[40000];

/* A file of `total` octets: tag, length, a pattern. */
static struct bytes make_file(uint8_t *file, uint16_t tag, size_t total)
{
    size_t header = total < 130 ? 2 : total < 260 ? 3 : 4;
    size_t i;

    assert_int_equal(tlv_write_header(file, 5, tag, total - header), header);
    for (i = header; i < total; i++) {
        file[i] = (uint8_t)(i * 31 + i / 251);
    }
    return bytes_of(file, total);
}

static int set_up(void **state)
{
    (void)state;
    fake_chip_init(&chip);
    fake_chip_add_file(&chip, 0x011D, 0x1D, make_file(sod, 0x77, 1076));
    session_init(&session, &chip.port, NULL, NULL);
    assert_int_equal(session_activate(&session), DR_OK);
    return 0;
}

static void read_sod(enum dr_status expected)
{
    size_t len = sizeof out;

    memset(out, 0, sizeof out);
    assert_int_equal(session_read_file_into(&session, LDS_SOD, out, &len), expected);
    if (expected == DR_OK) {
        assert_int_equal(len, chip.files[0].content.len);
        assert_memory_equal(out, chip.files[0].content.data, len);
    }
}

/* 4 octets by short identifier, then 1,072 in parts of 231. */
static void exact_reads_under_3des(void **state)
{
    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    read_sod(DR_OK);
    assert_int_equal(session.cost.apdus, 1 + 5);
    assert_int_equal(session.block_size, 0);
}

static void exact_reads_under_aes_and_in_the_clear(void **state)
{
    read_sod(DR_OK);
    assert_int_equal(session.cost.apdus, 1 + 5);
    set_up(state);
    fake_chip_share_keys(&chip, &session, CIPHER_AES256);
    read_sod(DR_OK);
    assert_int_equal(session.cost.apdus, 1 + 5);
}

static void every_small_file(void **state)
{
    size_t total;

    (void)state;
    for (total = 5; total < 700; total += total < 300 ? 1 : 13) {
        if (total == 130 || total == 259) { /* no minimal length makes these */
            continue;
        }
        chip.files[0].content = make_file(sod, 0x77, total);
        read_sod(DR_OK);
    }
}

/* A length in more octets than needed, and in so many that the first four do not tell it. */
static void long_headers(void **state)
{
    static uint8_t file[300];
    size_t octets;

    (void)state;
    for (octets = 2; octets <= 4; octets++) {
        memset(file, 0x55, sizeof file);
        file[0] = 0x77;
        file[1] = (uint8_t)(0x80 | octets);
        put_be32(file + 2, (uint32_t)(50U << (32 - 8 * octets)));
        chip.files[0].content = bytes_of(file, 2 + octets + 50);
        read_sod(DR_OK);
    }
}

/* ICAO 9303-11 App. D.4 with SELECT: the commands are the example's, byte for byte. */
static void icao_worked_example(void **state)
{
    uint8_t com[22];
    size_t len = sizeof out;

    (void)state;
    chip.files[0] =
        (struct fake_file){0x011E, 0x1E, hex_bytes("60145f0104303130365f36063034303030305c026175", com, sizeof com)};
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    hex_bytes("979ec13b1cbfe9dcd01ab0fed307eae5", session.sm.ks_enc, 16);
    hex_bytes("f1cb1f1fb5adf208806b89dc579dc1f8", session.sm.ks_mac, 16);
    hex_bytes("887022120c06c226", session.sm.ssc, 8);
    memcpy(chip.ks_enc, session.sm.ks_enc, 16);
    memcpy(chip.ks_mac, session.sm.ks_mac, 16);
    memcpy(chip.ssc, session.sm.ssc, 8);
    session.select_first = true;
    assert_int_equal(session_read_file_into(&session, LDS_COM, out, &len), DR_OK);
    assert_int_equal(len, sizeof com);
    assert_memory_equal(out, com, len);
    assert_hex(bytes_of(chip.last_command, chip.last_command_len), "0cb000040d9701128e082ea28a70f3c7b53500");
    assert_int_equal(session.cost.apdus, 3);
    assert_int_equal(session.cost.bytes_received, 16 + 27 + 43);
}

/* A chip that does not take short identifiers is learned once. */
static void select_when_short_identifier_fails(void **state)
{
    (void)state;
    chip.no_short_id = true;
    read_sod(DR_OK);
    assert_true(session.select_first);
    assert_int_equal(session.cost.apdus, 3 + 5);
    session.cost.apdus = 0;
    read_sod(DR_OK);
    assert_int_equal(session.cost.apdus, 2 + 5);
}

/* Known limits of chips: 192 octets, 160, 128; refused with a status word, with 6Cxx, with nothing, or silently cut. */
static void block_size_steps_down_and_is_kept(void **state)
{
    static const size_t limits[] = {230, 223, 200, 192, 160, 128, 100, 64};
    static const struct {
        uint16_t sw;
        bool silent;
    } ways[] = {{0x6700, false}, {0x6F00, false}, {0, true}};
    size_t i, way;
    unsigned reads;

    for (way = 0; way < 3; way++) {
        for (i = 0; i < sizeof limits / sizeof limits[0]; i++) {
            set_up(state);
            fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
            chip.max_read = limits[i];
            chip.too_long_sw = ways[way].sw;
            chip.too_long_silent = ways[way].silent;
            read_sod(DR_OK);
            assert_true(session.block_size > 0 && session.block_size <= limits[i]);
            reads = chip.reads;
            read_sod(DR_OK);
            assert_int_equal(chip.reads - reads, 1 + (1072 + session.block_size - 1U) / session.block_size);
        }
    }
}

static void wrong_le_is_repeated_with_the_right_one(void **state)
{
    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    chip.max_read = 100;
    chip.tells_length = true;
    read_sod(DR_OK);
}

static void short_answers_are_taken_as_they_come(void **state)
{
    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    chip.max_read = 3; /* less than the header even */
    read_sod(DR_OK);
}

/* A bare 6700 ends the session; the next one asks for less. */
static void bare_refusal_is_remembered(void **state)
{
    unsigned attempts;
    size_t len;
    enum dr_status status = DR_ERR_SESSION_LOST;

    (void)state;
    for (attempts = 0; attempts < 8 && status == DR_ERR_SESSION_LOST; attempts++) {
        assert_int_equal(session_activate(&session), DR_OK);
        fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
        chip.max_read = 130;
        chip.too_long_sw = 0x6700;
        chip.too_long_bare = true;
        len = sizeof out;
        status = session_read_file_into(&session, LDS_SOD, out, &len);
    }
    assert_int_equal(status, DR_OK);
    assert_memory_equal(out, sod, 1076);
    assert_int_equal(session.block_size, 128);
}

static void missing_and_locked_files(void **state)
{
    size_t len = sizeof out;

    (void)state;
    assert_int_equal(session_read_file_into(&session, LDS_DG14, out, &len), DR_ERR_NOT_FOUND);
    assert_int_equal(len, 0);
    chip.needs_access = true;
    len = sizeof out;
    assert_int_equal(session_read_file_into(&session, LDS_SOD, out, &len), DR_ERR_ACCESS_DENIED);
    session.select_first = true;
    len = sizeof out;
    assert_int_equal(session_read_file_into(&session, LDS_SOD, out, &len), DR_ERR_ACCESS_DENIED);
    assert_int_equal(session_read_file_into(&session, LDS_FILE_COUNT, out, &len), DR_ERR_ARGUMENT);
}

/* TR-03105-5.1 LDS_A_01 to 03 and kin: outer tag; length beyond the file; length short of it. */
static void lying_headers(void **state)
{
    (void)state;
    sod[0] = 0x61;
    read_sod(DR_ERR_MALFORMED);
    make_file(sod, 0x77, 1076);
    chip.files[0].content.len = 1000; /* ends before its length does: 6282, then 6B00 */
    read_sod(DR_ERR_MALFORMED);
    make_file(sod, 0x77, 600);
    chip.files[0].content.len = 1076; /* room behind the content is not read */
    chip.files[0].content = bytes_of(sod, 1076);
    session.cost.apdus = 0;
    {
        size_t len = sizeof out;

        assert_int_equal(session_read_file_into(&session, LDS_SOD, out, &len), DR_OK);
        assert_int_equal(len, 600);
    }
    memcpy(sod, "\x77\x80", 2); /* indefinite */
    read_sod(DR_ERR_MALFORMED);
    memcpy(sod, "\x77\x85", 2);
    read_sod(DR_ERR_MALFORMED);
    memcpy(sod, "\x77\x84\xFF\xFF\xFF\xFF", 6);
    read_sod(DR_ERR_TOO_LARGE);
}

static void tiny_files(void **state)
{
    static const uint8_t empty[] = {0x77, 0x00}, three[] = {0x77, 0x01, 0xAA}, one[] = {0x77};
    size_t len = sizeof out;

    (void)state;
    chip.files[0].content = bytes_of(empty, 2);
    read_sod(DR_OK);
    chip.files[0].content = bytes_of(three, 3);
    read_sod(DR_OK);
    chip.files[0].content = bytes_of(one, 1);
    assert_int_equal(session_read_file_into(&session, LDS_SOD, out, &len), DR_ERR_MALFORMED);
    chip.files[0].content = bytes_of(NULL, 0);
    len = sizeof out;
    assert_int_not_equal(session_read_file_into(&session, LDS_SOD, out, &len), DR_OK);
}

static void limit_is_kept(void **state)
{
    size_t len = 1075;

    (void)state;
    assert_int_equal(session_read_file_into(&session, LDS_SOD, out, &len), DR_ERR_TOO_LARGE);
    assert_int_equal(len, 0);
    assert_int_equal(session.cost.apdus, 1);
    len = 1076;
    assert_int_equal(session_read_file_into(&session, LDS_SOD, out, &len), DR_OK);
}

/* 9303-10 3.6.6, TR-03105-5.1 C_02: beyond 32,767 octets with odd INS; the chip here lets the ranges not overlap. */
static void file_over_32_kilobytes(void **state)
{
    size_t len, way;

    for (way = 0; way < 2; way++) {
        set_up(state);
        chip.files[0] = (struct fake_file){0x0102, 0x02, make_file(dg2, 0x75, sizeof dg2)};
        if (way == 1) {
            fake_chip_share_keys(&chip, &session, CIPHER_AES128);
        }
        len = sizeof out;
        memset(out, 0, sizeof out);
        assert_int_equal(session_read_file_into(&session, LDS_DG2, out, &len), DR_OK);
        assert_int_equal(len, sizeof dg2);
        assert_memory_equal(out, dg2, sizeof dg2);
    }
}

static uint32_t last_done, last_total, progress_calls;

static void on_progress(void *ctx, enum lds_file file, uint32_t done, uint32_t total)
{
    assert_ptr_equal(ctx, &chip);
    assert_int_equal(file, LDS_SOD);
    assert_true(done > last_done && done <= total);
    last_done = done;
    last_total = total;
    progress_calls++;
}

static void progress_is_reported(void **state)
{
    (void)state;
    last_done = 0;
    progress_calls = 0;
    session.progress = on_progress;
    session.progress_ctx = &chip;
    read_sod(DR_OK);
    assert_int_equal(last_done, 1076);
    assert_int_equal(last_total, 1076);
    assert_int_equal(progress_calls, 6);
}

static enum dr_status stop_at_once(void *ctx, struct bytes part)
{
    (void)part;
    (*(unsigned *)ctx)++;
    return DR_ERR_NO_SPACE;
}

static void sink_ends_the_reading(void **state)
{
    unsigned calls = 0;

    (void)state;
    assert_int_equal(session_read_file(&session, LDS_SOD, 2000, stop_at_once, &calls), DR_ERR_NO_SPACE);
    assert_int_equal(calls, 1);
    assert_int_equal(session.cost.apdus, 1);
}

/* SET, or SEQUENCE as some chips have it; in no other form. */
static void card_access(void **state)
{
    static uint8_t file[] = {0x31, 0x04, 0x30, 0x02, 0x05, 0x00};
    size_t len = sizeof out;

    (void)state;
    fake_chip_add_file(&chip, 0x011C, 0x1C, bytes_of(file, sizeof file));
    assert_int_equal(session_read_file_into(&session, LDS_CARD_ACCESS, out, &len), DR_OK);
    file[0] = 0x30;
    len = sizeof out;
    assert_int_equal(session_read_file_into(&session, LDS_CARD_ACCESS, out, &len), DR_OK);
    file[0] = 0x61;
    len = sizeof out;
    assert_int_equal(session_read_file_into(&session, LDS_CARD_ACCESS, out, &len), DR_ERR_MALFORMED);
}

/* More than was asked for: a READ of 4 answered with 6. */
static void make_longer(struct fake_chip *fake, uint8_t *response, size_t *len)
{
    uint8_t data[6] = {0x77, 0x82, 0x04, 0x30, 0x01, 0x02};

    fake->ssc[7]--;
    *len = fake_protect(fake, 0xB0, data, sizeof data, 0x9000, response);
    put_be16(response + *len, 0x9000);
    *len += 2;
}

static void longer_answers_are_refused(void **state)
{
    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    memset(chip.ssc, 0x10, 8);
    memset(session.sm.ssc, 0x10, 8);
    chip.tamper = make_longer;
    read_sod(DR_ERR_PROTOCOL);
}

static void card_pulled_away(void **state)
{
    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    chip.leave_after = 4;
    read_sod(DR_ERR_NO_CARD);
    assert_false(session.is_protected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(exact_reads_under_3des, set_up),
        cmocka_unit_test_setup(exact_reads_under_aes_and_in_the_clear, set_up),
        cmocka_unit_test_setup(every_small_file, set_up),
        cmocka_unit_test_setup(long_headers, set_up),
        cmocka_unit_test_setup(icao_worked_example, set_up),
        cmocka_unit_test_setup(select_when_short_identifier_fails, set_up),
        cmocka_unit_test_setup(block_size_steps_down_and_is_kept, set_up),
        cmocka_unit_test_setup(wrong_le_is_repeated_with_the_right_one, set_up),
        cmocka_unit_test_setup(short_answers_are_taken_as_they_come, set_up),
        cmocka_unit_test_setup(bare_refusal_is_remembered, set_up),
        cmocka_unit_test_setup(missing_and_locked_files, set_up),
        cmocka_unit_test_setup(lying_headers, set_up),
        cmocka_unit_test_setup(tiny_files, set_up),
        cmocka_unit_test_setup(limit_is_kept, set_up),
        cmocka_unit_test_setup(file_over_32_kilobytes, set_up),
        cmocka_unit_test_setup(progress_is_reported, set_up),
        cmocka_unit_test_setup(sink_ends_the_reading, set_up),
        cmocka_unit_test_setup(card_access, set_up),
        cmocka_unit_test_setup(longer_answers_are_refused, set_up),
        cmocka_unit_test_setup(card_pulled_away, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
