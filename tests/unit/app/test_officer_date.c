/* The officer's dialogue about the date, key by key, on a board in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/fake_board.h"
#include "app/fake_inspection.h"
#include "app/fake_update.h"

#define DAY INT64_C(86400)
#define FIRST (INT64_C(20000) * DAY)

static struct device device;

static void press(uint32_t buttons)
{
    board.buttons = buttons;
    device_step(&device);
}

static void boot(const struct device_ports *ports)
{
    device_init(&device, ports);
    device.store.state.objects[STORE_POLICY].present = true;
    device_object_changed(&device, STORE_POLICY);
    device_step(&device);
    fake_forget();
}

/* Unconfirmed, and the policy lets an officer tell the date. */
static int start(void **state)
{
    (void)state;
    fake_board_reset();
    memset(&fake_update, 0, sizeof fake_update);
    memset(&fake_inspection, 0, sizeof fake_inspection);
    fake_update.rules.officer_time = true;
    fake_update.now = FIRST + 3600;
    fake_update.first_date = FIRST;
    fake_update.last_date = FIRST + 100 * DAY;
    boot(&fake_ports);
    return 0;
}

static void the_date_is_stepped_and_confirmed(void **state)
{
    (void)state;
    assert_int_equal(device.view.kind, SCREEN_IDLE);
    press(PORT_BUTTON_SELECT);
    assert_int_equal(device.view.kind, SCREEN_DATE);
    assert_int_equal(device.officer_date.date, FIRST);
    press(PORT_BUTTON_RIGHT);
    press(PORT_BUTTON_UP);
    press(PORT_BUTTON_UP);
    press(PORT_BUTTON_DOWN);
    assert_int_equal(device.officer_date.date, FIRST + 31 * DAY);
    press(PORT_BUTTON_SELECT);
    assert_true(device.officer_date.asking);
    assert_false(fake_update.by_officer);
    press(PORT_BUTTON_UP);
    assert_true(fake_update.by_officer);
    assert_int_equal(fake_update.date, FIRST + 31 * DAY);
    assert_int_equal(device.view.kind, SCREEN_IDLE);
    assert_true(fake_printed("time: date by officer"));
    assert_int_equal(fake_update.suspends, 1);
}

static void select_pressed_again_and_again_confirms_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20U; i++) {
        press(PORT_BUTTON_SELECT);
    }
    assert_false(fake_update.by_officer);
    press(PORT_BUTTON_SELECT | PORT_BUTTON_UP);
    assert_false(fake_update.by_officer);
}

static void steps_end_at_the_first_and_the_last_date(void **state)
{
    (void)state;
    press(PORT_BUTTON_SELECT);
    press(PORT_BUTTON_LEFT);
    press(PORT_BUTTON_DOWN);
    assert_int_equal(device.officer_date.date, FIRST);
    for (unsigned i = 0; i < 20U; i++) {
        press(PORT_BUTTON_RIGHT);
    }
    assert_int_equal(device.officer_date.date, FIRST + 100 * DAY);
}

static void a_signed_time_ends_the_dialogue(void **state)
{
    (void)state;
    press(PORT_BUTTON_SELECT);
    press(PORT_BUTTON_SELECT);
    fake_update.confirmed = true;
    press(PORT_BUTTON_UP);
    assert_false(fake_update.by_officer);
    assert_int_equal(device.view.kind, SCREEN_IDLE);
    press(PORT_BUTTON_SELECT);
    assert_int_equal(device.view.kind, SCREEN_IDLE);
}

static void without_leave_there_is_no_dialogue(void **state)
{
    (void)state;
    fake_update.rules.officer_time = false;
    fake_update.by_officer = true;
    device_object_changed(&device, STORE_POLICY);
    assert_false(fake_update.by_officer); /* a policy that came since ends what an older one allowed */
    press(PORT_BUTTON_SELECT);
    assert_int_equal(device.view.kind, SCREEN_IDLE);
    /* What was remembered of the policy is not what decides. */
    device.officer_date.allowed = true;
    press(PORT_BUTTON_SELECT);
    press(PORT_BUTTON_SELECT);
    press(PORT_BUTTON_UP);
    assert_false(fake_update.by_officer);
    assert_true(fake_printed("refused"));
}

static void the_dialogue_ends_by_itself(void **state)
{
    (void)state;
    press(PORT_BUTTON_SELECT);
    press(PORT_BUTTON_SELECT);
    board.ticks += OFFICER_DATE_MS + 1U;
    device_step(&device);
    assert_int_equal(device.view.kind, SCREEN_IDLE);
    press(PORT_BUTTON_UP);
    assert_false(fake_update.by_officer);
}

static void verdicts_reckon_with_the_end_of_the_officers_day(void **state)
{
    (void)state;
    press(PORT_BUTTON_SELECT);
    press(PORT_BUTTON_SELECT);
    press(PORT_BUTTON_UP);
    fake_type(&board.mrz,
              "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n");
    device_step(&device);
    device_step(&device);
    assert_true(fake_inspection.confirmed);
    assert_int_equal(fake_inspection.uncertainty, DAY - 1);
}

static void a_typed_date_counts_only_where_there_are_no_buttons(void **state)
{
    struct device_ports ports = fake_ports;

    (void)state;
    fake_type(&board.host, "date 2024-10-05\n"); /* FIRST is 2024-10-04 */
    device_step(&device);
    assert_false(fake_update.by_officer);
    assert_true(fake_printed("date: use the buttons"));

    ports.buttons = NULL;
    boot(&ports);
    fake_type(&board.host, "date 2024-13-05\n");
    device_step(&device);
    assert_true(fake_printed("no such day"));
    fake_type(&board.host, "date 2024-1\n");
    device_step(&device);
    assert_true(fake_printed("YYYY-MM-DD"));
    assert_false(fake_update.by_officer);
    fake_type(&board.host, "date 2024-10-05\n");
    device_step(&device);
    assert_true(fake_update.by_officer);
    assert_int_equal(fake_update.date, FIRST + DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_date_is_stepped_and_confirmed, start),
        cmocka_unit_test_setup(select_pressed_again_and_again_confirms_nothing, start),
        cmocka_unit_test_setup(steps_end_at_the_first_and_the_last_date, start),
        cmocka_unit_test_setup(a_signed_time_ends_the_dialogue, start),
        cmocka_unit_test_setup(without_leave_there_is_no_dialogue, start),
        cmocka_unit_test_setup(the_dialogue_ends_by_itself, start),
        cmocka_unit_test_setup(verdicts_reckon_with_the_end_of_the_officers_day, start),
        cmocka_unit_test_setup(a_typed_date_counts_only_where_there_are_no_buttons, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
