/* The exact shapes of `GET status` and `GET inspection`. */
#include "app/status_json.h"

#include "codec/hex.h"
#include "store/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "app/fake_board.h"
#include "app/fake_inspection.h"
#include "app/fake_update.h"

#define ROOT_AA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct device device;
static char out[LINK_MAX_PAYLOAD];

static int start(void **state)
{
    (void)state;
    fake_board_reset();
    memset(&fake_update, 0, sizeof fake_update);
    fake_update.load = DR_ERR_NOT_FOUND;
    fake_update.now = 1795510000;
    device_init(&device, &fake_ports);
    return 0;
}

static const char *status(void)
{
    struct json_writer json;
    size_t len;

    json_begin(&json, out, sizeof out);
    status_json(&device, &json);
    assert_int_equal(json_finish(&json, &len), DR_OK);
    return out;
}

static void a_new_device(void **state)
{
    uint8_t digest[HASH_SHA256_SIZE];
    char key[2 * HASH_SHA256_SIZE + 1], expected[1024];

    (void)state;
    assert_int_equal(identity_spki_sha256(&device.store, digest), DR_OK);
    hex_encode(bytes_of(digest, sizeof digest), key);
    (void)snprintf(
        expected, sizeof expected,
        "{\"device\":\"d0c2e70102030405\",\"version\":\"0.1.0\",\"board\":\"fake\",\"key\":\"%s\","
        "\"provisioned\":false,\"time\":{\"now\":\"2026-11-24T08:46:40Z\",\"confirmed\":false,\"by_officer\":false,"
        "\"officer_dates\":0},"
        "\"policy\":null,\"trust\":null,\"lists\":[],"
        "\"storage\":{\"present\":true,\"sectors\":8192},"
        "\"counters\":{\"no_record\":0,\"advisory\":0,\"refer\":0,\"cannot_verify\":0},"
        "\"audit\":{\"on\":false,\"size\":0,\"lost\":0},"
        "\"memory\":{\"mbedtls\":[1,2],\"libnfc\":[3,4],\"stack\":[5,6]}}",
        key);
    assert_string_equal(status(), expected);
}

static void fill(void)
{
    struct store_state *state = &device.store.state;

    state->objects[STORE_POLICY] =
        (struct store_entry){.present = true, .manifest = {.number = 3, .next_update = 1796000000}};
    state->objects[STORE_TRUST] =
        (struct store_entry){.present = true, .manifest = {.number = 2, .next_update = 1796000000, .entry_count = 198}};
    state->objects[STORE_LIST_1] = (struct store_entry){.present = true,
                                                        .manifest = {.list_id = "UTO.main",
                                                                     .number = 41,
                                                                     .this_update = 1795500000,
                                                                     .next_update = 1796000000,
                                                                     .entry_count = 1000001}};
    memset(state->objects[STORE_LIST_1].manifest.root, 0xAA, HASH_SHA256_SIZE);
    state->counters = (struct store_counters){9, 8, 7, 6};
    strcpy(device.owner, "Utopia");
}

static void a_provisioned_device(void **state)
{
    (void)state;
    fill();
    assert_non_null(strstr(status(), "\"provisioned\":true,"));
    assert_non_null(strstr(out,
                           "\"policy\":{\"number\":3,\"owner\":\"Utopia\",\"next_update\":\"2026-11-30T00:53:20Z\"},"
                           "\"trust\":{\"number\":2,\"anchors\":198,\"next_update\":\"2026-11-30T00:53:20Z\"},"
                           "\"lists\":[{\"id\":\"UTO.main\",\"number\":41,\"entries\":1000001,"
                           "\"this_update\":\"2026-11-24T06:00:00Z\",\"next_update\":\"2026-11-30T00:53:20Z\","
                           "\"state\":\"unknown\",\"root\":\"" ROOT_AA "\"}],"));
    assert_non_null(strstr(out, "{\"no_record\":9,\"advisory\":8,\"refer\":7,\"cannot_verify\":6}"));
}

static void freshness_needs_a_confirmed_clock_but_staleness_does_not(void **state)
{
    (void)state;
    fill();
    fake_update.confirmed = true;
    assert_non_null(strstr(status(), "\"state\":\"fresh\""));
    fake_update.now = 1796000000;
    assert_non_null(strstr(status(), "\"state\":\"stale\""));
    fake_update.confirmed = false;
    assert_non_null(strstr(status(), "\"state\":\"stale\""));
    fake_update.by_officer = true; /* at best aging */
    fake_update.now = 1795200000;
    assert_non_null(strstr(status(), "\"state\":\"aging\""));
    assert_non_null(strstr(status(), "\"by_officer\":true"));
}

/* Four lists with the longest names, an owner full of quotation marks, the largest numbers. */
static void the_longest_status_fits(void **state)
{
    (void)state;
    fill();
    for (unsigned i = 0; i < STORE_LISTS; i++) {
        struct store_entry *entry = &device.store.state.objects[STORE_LIST_0 + i];

        entry->present = true;
        entry->manifest.number = INT64_MAX;
        entry->manifest.entry_count = INT64_MAX;
        memset(entry->manifest.list_id, 'L', MANIFEST_MAX_LIST_ID);
    }
    memset(device.owner, '"', DEVICE_OWNER_MAX);
    device.store.state.counters = (struct store_counters){INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    device.store.state.audit.next = INT64_MAX;
    device.store.state.audit.lost = UINT32_MAX;
    assert_true(strlen(status()) < LINK_MAX_PAYLOAD);
}

static const char *inspection(void)
{
    struct json_writer json;
    size_t len;

    json_begin(&json, out, sizeof out);
    inspection_json(&device, &json);
    assert_int_equal(json_finish(&json, &len), DR_OK);
    return out;
}

static void an_inspection_with_a_hit(void **state)
{
    (void)state;
    assert_string_equal(inspection(), "{\"sequence\":0}");
    device.inspections = 5;
    device.inspection = (struct inspection){
        .verdict = VERDICT_REFER,
        .reasons = BECAUSE_BIT(BECAUSE_LISTED_CANCELLED) | BECAUSE_BIT(BECAUSE_DOCUMENT_EXPIRED),
        .checks = {ACCESS_PACE_CAM, CHECK_PASSED, CHECK_FAILED, CLONE_CHECK_CAM, CHECK_UNDETERMINED},
        .hit_count = 1,
        .cost = {31, 812, 2210},
        .milliseconds = 1234};
    device.inspection.hits[0] = (struct inspection_hit){.list_id = "UTO.main",
                                                        .edition = 41,
                                                        .record = {REASON_CANCELLED, BASIS_COURT_ORDER},
                                                        .action = POLICY_REFER,
                                                        .text = "words",
                                                        .contact = "desk"};
    assert_string_equal(
        inspection(),
        "{\"sequence\":5,\"verdict\":\"REFER\",\"reasons\":[\"document-expired\",\"listed-cancelled\"],\"date_by_"
        "officer\":false,"
        "\"checks\":{\"access\":\"pace-cam\",\"card_access\":\"passed\",\"passive\":\"failed\",\"clone_check\":\"cam\","
        "\"chip\":\"undetermined\"},"
        "\"hits\":[{\"list\":\"UTO.main\",\"edition\":41,\"reason\":\"cancelled\","
        "\"basis\":\"court-order\",\"action\":\"refer\",\"text\":\"words\",\"contact\":\"desk\"}],"
        "\"apdus\":31,\"bytes_sent\":812,\"bytes_received\":2210,\"milliseconds\":1234}");
    device.inspection.hits[0].record = (struct document_record){REASON_STOLEN, BASIS_NONE};
    assert_non_null(strstr(inspection(), "\"reason\":\"stolen\",\"basis\":\"none\""));
}

static void an_inspection_that_no_record_ends(void **state)
{
    (void)state;
    device.inspections = 1;
    device.inspection = (struct inspection){.verdict = VERDICT_NO_RECORD};
    assert_string_equal(inspection(), "{\"sequence\":1,\"verdict\":\"NO "
                                      "RECORD\",\"reasons\":[],\"date_by_officer\":false,\"checks\":{\"access\":\"not-"
                                      "done\",\"card_access\":\"not-done\",\"passive\":\"not-"
                                      "done\",\"clone_check\":\"none\",\"chip\":\"not-done\"},\"hits\":[],\"apdus\":0,"
                                      "\"bytes_sent\":0,\"bytes_received\":0,\"milliseconds\":0}");
}

/* All reasons at once and four hits with the longest texts. */
static void the_longest_inspection_fits(void **state)
{
    (void)state;
    device.inspections = UINT32_MAX;
    device.inspection = (struct inspection){.reasons = BECAUSE_BIT(BECAUSE_COUNT) - 1, .hit_count = STORE_LISTS};
    for (unsigned i = 0; i < STORE_LISTS; i++) {
        struct inspection_hit *hit = &device.inspection.hits[i];

        memset(hit->list_id, 'L', MANIFEST_MAX_LIST_ID);
        memset(hit->text, 't', POLICY_MAX_TEXT);
        memset(hit->contact, 'c', POLICY_MAX_TEXT);
        hit->edition = INT64_MAX;
        hit->record = (struct document_record){REASON_CANCELLED, BASIS_HOLDER_REQUEST};
    }
    assert_true(strlen(inspection()) < LINK_MAX_PAYLOAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_new_device, start),
        cmocka_unit_test_setup(a_provisioned_device, start),
        cmocka_unit_test_setup(freshness_needs_a_confirmed_clock_but_staleness_does_not, start),
        cmocka_unit_test_setup(the_longest_status_fits, start),
        cmocka_unit_test_setup(an_inspection_with_a_hit, start),
        cmocka_unit_test_setup(an_inspection_that_no_record_ends, start),
        cmocka_unit_test_setup(the_longest_inspection_fits, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
