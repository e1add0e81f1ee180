/* The reading half over the real session and BAC, with a chip behind the port. */
#include "inspection/read_chip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/drbg.h"
#include "emrtd/fake_chip.h"

static struct fake_chip chip;
static struct port_nfc port;
static struct inspection_work work;
static struct inspection_findings findings;
static struct mrz printed;
static uint8_t sod[3000], dg1[95];
static uint32_t now;
static unsigned stays_away; /* polls after which the chip comes back */

static uint32_t ticks(void *ctx)
{
    (void)ctx;
    return now += 10;
}

static const struct port_system port_system = {.ticks_ms = ticks};

/* A chip that left comes back when it is polled, sooner or later. */
static enum dr_status activate(void *ctx, struct port_nfc_target *target)
{
    if (chip.activations > 0 && stays_away > 0) {
        stays_away--;
        return DR_ERR_NO_CARD;
    }
    if (chip.activations > 0) {
        chip.leave_after = 0;
    }
    return chip.port.activate(ctx, target);
}

/* A TLV of this size with something in it. */
static void fill(uint8_t *file, size_t size, uint8_t tag)
{
    size_t header = 1;

    file[0] = tag;
    if (size > 258) {
        file[header++] = 0x82;
        file[header++] = (uint8_t)((size - 4) >> 8);
        file[header++] = (uint8_t)(size - 4);
    } else {
        file[header++] = (uint8_t)(size - 2);
    }
    for (size_t i = header; i < size; i++) {
        file[i] = (uint8_t)(i * 13);
    }
}

static int start(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {1};
    uint8_t information[MRZ_INFORMATION_MAX];
    size_t len;

    (void)state;
    assert_int_equal(drbg_init(seed, bytes_of(NULL, 0)), DR_OK);
    printed = (struct mrz){MRZ_TD3, "P", "UTO", "L898902C3", "UTO", "740812", "301231"};
    fake_chip_init(&chip);
    chip.needs_access = true;
    assert_int_equal(mrz_information(&printed, information, &len), DR_OK);
    assert_int_equal(bac_derive_keys(bytes_of(information, len), &chip.keys), DR_OK);
    fill(sod, sizeof sod, 0x77);
    fill(dg1, sizeof dg1, 0x61);
    fake_chip_add_file(&chip, 0x011D, 0x1D, bytes_of(sod, sizeof sod));
    fake_chip_add_file(&chip, 0x0101, 0x01, bytes_of(dg1, sizeof dg1));
    port = chip.port;
    port.activate = activate;
    now = stays_away = 0;
    memset(&work, 0xA5, sizeof work);
    memset(&findings, 0, sizeof findings);
    return 0;
}

static void read_it(void)
{
    const struct inspection_context context = {.nfc = &port, .system = &port_system, .wait_ms = 500};

    inspection_read_chip(&context, &printed, &work, &findings);
    assert_false(chip.active); /* the field is off */
}

static void both_files_are_read_under_secure_messaging(void **state)
{
    (void)state;
    read_it();
    assert_true(findings.reasons == 0);
    assert_int_equal(work.sod_len, sizeof sod);
    assert_memory_equal(work.phase.sod.file, sod, sizeof sod);
    assert_int_equal(work.dg1_len, sizeof dg1);
    assert_memory_equal(work.dg1, dg1, sizeof dg1);
    assert_false(chip.saw_plain_in_secure);
    assert_int_equal(work.session.cost.apdus, chip.exchanges);
}

static void another_documents_mrz_opens_nothing(void **state)
{
    (void)state;
    strcpy(printed.document_number, "L898902C4");
    read_it();
    assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_ACCESS_DENIED));
    assert_int_equal(work.sod_len + work.dg1_len, 0);
    assert_int_equal(chip.activations, 1); /* no second guess: chips count them */
}

/* Wherever it slips, it is taken up again and everything is there in the end; what was read whole is not read twice. */
static void it_slips_at_any_exchange(void **state)
{
    unsigned total;

    read_it();
    total = chip.exchanges;
    for (unsigned at = 1; at <= total; at++) {
        start(state);
        chip.leave_after = at;
        chip.leave_status = at % 2 != 0 ? DR_ERR_NO_CARD : DR_ERR_TIMEOUT;
        stays_away = at % 4;
        read_it();
        assert_true(findings.reasons == 0);
        assert_int_equal(chip.activations, 2);
        assert_int_equal(work.sod_len, sizeof sod);
        assert_memory_equal(work.phase.sod.file, sod, sizeof sod);
        assert_memory_equal(work.dg1, dg1, sizeof dg1);
        assert_true(chip.exchanges <= 2 * total);
    }
    assert_in_range(chip.exchanges, total, total + 6); /* slipped in DG1: access and DG1 again */
}

static void it_leaves_and_stays_away(void **state)
{
    (void)state;
    chip.leave_after = 9;
    stays_away = UINT32_MAX;
    read_it();
    assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_CHIP_REMOVED));
    assert_in_range(now, 500, 2000);
}

static void flip(struct fake_chip *fake, uint8_t *response, size_t *len)
{
    (void)fake;
    response[*len - 5] ^= 1; /* in the MAC */
}

static void an_answer_altered_on_its_way_ends_it(void **state)
{
    (void)state;
    chip.tamper = flip;
    chip.tamper_at = 6;
    read_it();
    assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_SECURE_MESSAGING));
    assert_int_equal(work.sod_len + work.dg1_len, 0);
}

static void a_file_that_is_missing_does_not_hide_the_other(void **state)
{
    (void)state;
    chip.files[0].fid = 0x0102;
    chip.files[0].sfid = 0x02;
    read_it();
    assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_FILE_MISSING));
    assert_int_equal(work.sod_len, 0);
    assert_memory_equal(work.dg1, dg1, sizeof dg1);
}

static void a_chip_without_access_control(void **state)
{
    (void)state;
    chip.needs_access = false;
    chip.challenge_sw = 0x6D00;
    read_it();
    assert_true(findings.reasons == 0);
    assert_memory_equal(work.phase.sod.file, sod, sizeof sod);
    assert_memory_equal(work.dg1, dg1, sizeof dg1);
}

static void a_chip_that_wants_pace(void **state)
{
    (void)state;
    chip.challenge_sw = 0x6D00;
    read_it();
    assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_ACCESS_DENIED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(both_files_are_read_under_secure_messaging, start),
        cmocka_unit_test_setup(another_documents_mrz_opens_nothing, start),
        cmocka_unit_test_setup(it_slips_at_any_exchange, start),
        cmocka_unit_test_setup(it_leaves_and_stays_away, start),
        cmocka_unit_test_setup(an_answer_altered_on_its_way_ends_it, start),
        cmocka_unit_test_setup(a_file_that_is_missing_does_not_hide_the_other, start),
        cmocka_unit_test_setup(a_chip_without_access_control, start),
        cmocka_unit_test_setup(a_chip_that_wants_pace, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
