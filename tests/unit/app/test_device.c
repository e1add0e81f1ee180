/* The loop over a board in memory: start, cards, MRZ, inspections, buttons. Inspection and update are played. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/fake_board.h"
#include "app/fake_inspection.h"
#include "app/fake_update.h"

/* The specimen of ICAO 9303-4 App. A, and of 9303-5. */
#define TD3 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
#define TD1 "I<UTOD231458907<<<<<<<<<<<<<<<\r\n7408122F1204159UTO<<<<<<<<<<<6\r\nERIKSSON<<ANNA<MARIA<<<<<<<<<<\r\n"

static struct device device;

static int reset(void **state)
{
    (void)state;
    fake_board_reset();
    memset(&fake_update, 0, sizeof fake_update);
    memset(&fake_inspection, 0, sizeof fake_inspection);
    fake_update.load = DR_ERR_NOT_FOUND;
    fake_update.now = 1795510000;
    fake_inspection.result.verdict = VERDICT_NO_RECORD;
    return 0;
}

static int start(void **state)
{
    reset(state);
    device_init(&device, &fake_ports);
    device_step(&device);
    fake_forget();
    return 0;
}

static void steps(unsigned count)
{
    while (count-- > 0) {
        device_step(&device);
    }
}

static bool held(const void *needle, size_t len)
{
    return memmem(&device, sizeof device, needle, len) != NULL;
}

static void a_blank_card_is_formatted_and_found_again(void **state)
{
    (void)state;
    device_init(&device, &fake_ports);
    assert_true(fake_printed("storage: blank card, formatting it"));
    assert_true(fake_printed("storage: ready"));
    assert_true(device.store.mounted);
    fake_forget();
    device_init(&device, &fake_ports);
    assert_false(fake_printed("formatting"));
    assert_true(fake_printed("storage: ready"));
}

static void a_locked_device_formats_no_blank_card(void **state)
{
    static const uint8_t blank[sizeof board.card];

    (void)state;
    board.factory_locked = true;
    device_init(&device, &fake_ports);
    assert_false(fake_printed("formatting"));
    assert_true(fake_printed("altered or blank"));
    assert_false(device.store.mounted);
    assert_memory_equal(board.card, blank, sizeof blank);
}

static void a_missing_card_is_said_and_taken_when_it_comes(void **state)
{
    (void)state;
    board.card_present = false;
    fake_block.sector_count = 0;
    device_init(&device, &fake_ports);
    assert_true(fake_printed("storage: no card"));
    assert_int_equal(device.view.kind, SCREEN_MESSAGE);
    assert_string_equal(device.view.title, "NO CARD");
    board.tick_step = 500;
    fake_forget();
    steps(40);
    assert_false(fake_printed("storage:")); /* said once */
    board.card_present = true;
    steps(40);
    assert_true(fake_printed("storage: ready"));
}

static void another_devices_card_is_not_touched(void **state)
{
    static uint8_t before[sizeof board.card];

    (void)state;
    device_init(&device, &fake_ports);
    for (unsigned sector = 0; sector < 320; sector++) { /* whatever was written is altered a little */
        board.card[sector * PORT_SECTOR_SIZE + 100] ^= board.card[sector * PORT_SECTOR_SIZE + 4] != 0;
    }
    memcpy(before, board.card, sizeof before);
    fake_forget();
    device_init(&device, &fake_ports);
    assert_true(fake_printed("storage: card of another device"));
    assert_memory_equal(before, board.card, sizeof before);
    assert_false(device.store.mounted);
}

static void without_a_factory_page_nothing_is_inspected(void **state)
{
    (void)state;
    board.factory_present = false;
    device_init(&device, &fake_ports);
    assert_true(fake_printed("factory page: missing"));
    assert_string_equal(device.view.title, "NOT SETUP");
    fake_type(&board.mrz, TD3);
    steps(3);
    assert_int_equal(fake_inspection.runs, 0);
    assert_true(fake_printed("verdict: CANNOT VERIFY reasons=not-provisioned,time-unconfirmed apdus=0 sent=0"));
    assert_int_equal(board.opened, 0);
}

static void without_a_card_since_the_start_nothing_is_inspected(void **state)
{
    (void)state;
    board.card_present = false;
    fake_block.sector_count = 0;
    device_init(&device, &fake_ports);
    if (drbg_ready()) {
        skip(); /* another test in this process has started it */
    }
    fake_type(&board.mrz, TD3);
    steps(3);
    assert_true(fake_printed("verdict: CANNOT VERIFY reasons=storage-missing,time-unconfirmed"));
}

static void the_optical_reader_starts_an_inspection(void **state)
{
    (void)state;
    fake_type(&board.mrz, TD3);
    steps(4);
    assert_int_equal(fake_inspection.runs, 1);
    assert_string_equal(fake_inspection.printed.document_number, "L898902C3");
    assert_true(fake_inspection.mounted);
    assert_int_equal(fake_update.suspends, 1);
    assert_true(fake_printed("verdict: NO RECORD reasons=none apdus=0 sent=0 received=0 ms=0\n"));
    assert_int_equal(device.view.kind, SCREEN_VERDICT);
    assert_int_equal(device.inspections, 1);
    assert_int_equal(device.store.state.counters.no_record, 1);
}

static void so_does_an_mrz_typed_on_the_console(void **state)
{
    (void)state;
    fake_type(&board.host, TD1);
    steps(2);
    assert_int_equal(fake_inspection.runs, 1);
    assert_string_equal(fake_inspection.printed.document_number, "D23145890");
}

static void nothing_of_the_mrz_stays_or_is_printed(void **state)
{
    (void)state;
    fake_type(&board.host, TD3);
    fake_type(&board.mrz, TD3);
    steps(6);
    assert_int_equal(fake_inspection.runs, 2);
    assert_false(held("ERIKSSON", 8));
    assert_false(held("L898902C", 8));
    assert_false(held("740812", 6));
    assert_false(fake_printed("L898902C") || fake_printed("ERIKSSON"));
}

static void a_wrong_check_digit_is_said_and_the_next_mrz_taken(void **state)
{
    (void)state;
    fake_type(&board.mrz,
              "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C46UTO7408122F1204159ZE184226B<<<<<10\n");
    steps(4);
    assert_int_equal(fake_inspection.runs, 0);
    assert_true(fake_printed("mrz: a check digit is wrong"));
    assert_string_equal(device.view.title, "MRZ WRONG");
    fake_type(&board.mrz, TD3);
    steps(4);
    assert_int_equal(fake_inspection.runs, 1);
}

static void host_comes(void)
{
    fake_type(&board.host, "status\n" TD1);
}

/* While it waits for the document the host is answered, and an MRZ that comes is inspected next. */
static void the_host_is_served_while_the_chip_is_awaited(void **state)
{
    (void)state;
    fake_inspection.waits = 3;
    fake_inspection.at_wait = host_comes;
    fake_type(&board.mrz, TD3);
    steps(2);
    assert_int_equal(fake_inspection.runs, 1);
    assert_true(fake_printed("status: version="));
    steps(1);
    assert_int_equal(fake_inspection.runs, 2);
    assert_string_equal(fake_inspection.printed.document_number, "D23145890");
}

static void hits_are_printed_one_a_line(void **state)
{
    struct inspection *result = &fake_inspection.result;

    (void)state;
    *result = (struct inspection){.verdict = VERDICT_REFER,
                                  .reasons = BECAUSE_BIT(BECAUSE_LISTED_STOLEN) | BECAUSE_BIT(BECAUSE_DOCUMENT_EXPIRED),
                                  .hit_count = 1,
                                  .cost = {31, 812, 2210},
                                  .milliseconds = 1234};
    strcpy(result->hits[0].list_id, "UTO.main");
    strcpy(result->hits[0].contact, "duty desk +99 1");
    result->hits[0].edition = 41;
    result->hits[0].record.reason = REASON_STOLEN;
    fake_type(&board.mrz, TD3);
    steps(4);
    assert_true(fake_printed("verdict: REFER reasons=document-expired,listed-stolen apdus=31 sent=812 received=2210 "
                             "ms=1234\n"));
    assert_true(fake_printed("hit: list=UTO.main edition=41 reason=stolen basis=none action=refer "
                             "contact=duty desk +99 1\n"));
    assert_int_equal(device.store.state.counters.refer, 1);
}

static void an_unknown_verdict_counts_as_cannot_verify(void **state)
{
    (void)state;
    fake_inspection.result.verdict = VERDICT_NO_RECORD ^ 4U;
    fake_type(&board.mrz, TD3);
    steps(4);
    assert_int_equal(device.store.state.counters.no_record, 0);
    assert_int_equal(device.store.state.counters.cannot_verify, 1);
    assert_true(fake_printed("verdict: CANNOT VERIFY "));
}

static void a_card_that_fails_in_an_inspection_is_looked_for_anew(void **state)
{
    (void)state;
    fake_inspection.result =
        (struct inspection){.verdict = VERDICT_CANNOT_VERIFY, .reasons = BECAUSE_BIT(BECAUSE_STORAGE_MISSING)};
    board.tick_step = 500;
    board.card_fails = true;
    fake_type(&board.mrz, TD3);
    steps(20);
    assert_true(fake_printed("storage: no card"));
    board.card_fails = false;
    fake_forget();
    steps(20);
    assert_true(fake_printed("storage: ready"));
    assert_false(fake_printed("formatting"));
}

static void pages_turn_and_the_button_ends_it(void **state)
{
    (void)state;
    fake_inspection.result = (struct inspection){
        .verdict = VERDICT_CANNOT_VERIFY, .reasons = BECAUSE_BIT(BECAUSE_LIST_STALE) | BECAUSE_BIT(BECAUSE_DG_HASH)};
    fake_type(&board.mrz, TD3);
    steps(4);
    assert_int_equal(device.view.page, 0);
    board.ticks += 5000;
    steps(1);
    assert_int_equal(device.view.page, 1);
    board.buttons = PORT_BUTTON_UP;
    steps(1);
    assert_int_equal(device.view.page, 0);
    board.buttons = PORT_BUTTON_DOWN;
    steps(1);
    assert_int_equal(device.view.page, 1);
    board.buttons = PORT_BUTTON_SELECT;
    steps(1);
    assert_int_not_equal(device.view.kind, SCREEN_VERDICT);
}

static void a_verdict_does_not_stay_for_ever(void **state)
{
    (void)state;
    fake_type(&board.mrz, TD3);
    steps(4);
    assert_int_equal(device.view.kind, SCREEN_VERDICT);
    board.ticks += 300000;
    steps(1);
    assert_int_not_equal(device.view.kind, SCREEN_VERDICT);
}

static void the_owner_is_known_after_a_push_of_a_policy(void **state)
{
    (void)state;
    assert_string_equal(device.owner, "");
    fake_update.load = DR_OK;
    device_object_changed(&device, STORE_POLICY);
    assert_string_equal(device.owner, "Utopia Border Guard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_card_since_the_start_nothing_is_inspected, reset),
        cmocka_unit_test_setup(a_blank_card_is_formatted_and_found_again, reset),
        cmocka_unit_test_setup(a_locked_device_formats_no_blank_card, reset),
        cmocka_unit_test_setup(a_missing_card_is_said_and_taken_when_it_comes, reset),
        cmocka_unit_test_setup(another_devices_card_is_not_touched, reset),
        cmocka_unit_test_setup(without_a_factory_page_nothing_is_inspected, reset),
        cmocka_unit_test_setup(the_optical_reader_starts_an_inspection, start),
        cmocka_unit_test_setup(so_does_an_mrz_typed_on_the_console, start),
        cmocka_unit_test_setup(nothing_of_the_mrz_stays_or_is_printed, start),
        cmocka_unit_test_setup(a_wrong_check_digit_is_said_and_the_next_mrz_taken, start),
        cmocka_unit_test_setup(the_host_is_served_while_the_chip_is_awaited, start),
        cmocka_unit_test_setup(hits_are_printed_one_a_line, start),
        cmocka_unit_test_setup(an_unknown_verdict_counts_as_cannot_verify, start),
        cmocka_unit_test_setup(a_card_that_fails_in_an_inspection_is_looked_for_anew, start),
        cmocka_unit_test_setup(pages_turn_and_the_button_ends_it, start),
        cmocka_unit_test_setup(a_verdict_does_not_stay_for_ever, start),
        cmocka_unit_test_setup(the_owner_is_known_after_a_push_of_a_policy, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
