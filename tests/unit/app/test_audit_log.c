/* What the device logs, what it does not, and how the log and receipts leave it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/fake_board.h"
#include "app/fake_inspection.h"
#include "app/fake_update.h"
#include "oversight.h"
#include "store/audit_detail.h"
#include "store/identity.h"
#include "update/receipt.h"

/* The specimen of ICAO 9303-4 App. A, and another number. */
#define TD3 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
#define TD1 "I<UTOD231458907<<<<<<<<<<<<<<<\r\n7408122F1204159UTO<<<<<<<<<<<6\r\nERIKSSON<<ANNA<MARIA<<<<<<<<<<\r\n"

static struct device device;
static struct oversight oversight;
static uint8_t payload[LINK_MAX_PAYLOAD];

static int start(void **state)
{
    (void)state;
    fake_board_reset();
    memset(&fake_update, 0, sizeof fake_update);
    memset(&fake_inspection, 0, sizeof fake_inspection);
    fake_update.now = 1795510000;
    fake_update.confirmed = true;
    fake_update.load = DR_ERR_NOT_FOUND;
    device_init(&device, &fake_ports);
    oversight_make(&oversight, 0x44);
    fake_update.load = DR_OK;
    fake_update.rules.oversight = bytes_of(oversight.spki, oversight.spki_len);
    device_object_changed(&device, STORE_POLICY);
    return device.store.state.audit.on ? 0 : -1;
}

static struct log {
    unsigned count, of[AUDIT_KINDS];
    struct audit_record last;
    struct audit_inspection inspections[16];
    unsigned inspection_count;
    struct audit_refusal refusal;
    struct audit_object object;
    struct audit_time time;
} logged;

static void see(void *ctx, const struct audit_record *record)
{
    struct log *log = ctx;

    assert_true(record->kind < AUDIT_KINDS);
    log->count++;
    log->of[record->kind]++;
    log->last = *record;
    if (record->kind == AUDIT_INSPECTION) {
        assert_int_equal(audit_inspection_read(record->detail, &log->inspections[log->inspection_count++]), DR_OK);
    } else if (record->kind == AUDIT_REFUSAL) {
        assert_int_equal(audit_refusal_read(record->detail, &log->refusal), DR_OK);
    } else if (record->kind == AUDIT_UPDATE) {
        assert_int_equal(audit_object_read(record->detail, &log->object), DR_OK);
    } else if (record->kind == AUDIT_TIME) {
        assert_int_equal(audit_time_read(record->detail, &log->time), DR_OK);
    }
}

static const struct log *read_log(void)
{
    memset(&logged, 0, sizeof logged);
    assert_true(oversight_read(&oversight, &device.store, see, &logged) > 0);
    return &logged;
}

static void inspect(const char *mrz, verdict result)
{
    fake_inspection.result.verdict = result;
    fake_type(&board.mrz, mrz);
    for (unsigned i = 0; i < 4; i++) {
        device_step(&device);
    }
}

static void refer_and_cannot_verify_are_recorded_and_nothing_else(void **state)
{
    const struct inspection_hit hit = {
        .list_id = "UTO-1", .edition = 7, .record = {REASON_STOLEN, BASIS_NONE}, .action = POLICY_REFER};

    (void)state;
    inspect(TD3, VERDICT_NO_RECORD);
    inspect(TD3, VERDICT_ADVISORY);
    assert_int_equal(read_log()->inspection_count, 0);
    fake_inspection.result.reasons = BECAUSE_BIT(BECAUSE_LISTED_STOLEN);
    fake_inspection.result.hit_count = 1;
    fake_inspection.result.hits[0] = hit;
    inspect(TD3, VERDICT_REFER);
    fake_inspection.result = (struct inspection){.reasons = BECAUSE_BIT(BECAUSE_CHIP_MISSING)};
    inspect(TD3, VERDICT_CANNOT_VERIFY);
    inspect(TD1, 0x12345678U); /* what is no verdict is CANNOT VERIFY */
    assert_int_equal(read_log()->inspection_count, 3);
    assert_true(logged.inspections[0].refer);
    assert_string_equal(logged.inspections[0].state, "UTO");
    assert_int_equal(logged.inspections[0].reasons, BECAUSE_BIT(BECAUSE_LISTED_STOLEN));
    assert_int_equal(logged.inspections[0].hit_count, 1);
    assert_string_equal(logged.inspections[0].hits[0].list_id, "UTO-1");
    assert_int_equal(logged.inspections[0].hits[0].edition, 7);
    assert_int_equal(logged.inspections[0].hits[0].reason, REASON_STOLEN);
    assert_false(logged.inspections[1].refer);
    assert_memory_equal(logged.inspections[0].digest, logged.inspections[1].digest, AUDIT_DIGEST_SIZE);
    assert_false(logged.inspections[2].refer);
    assert_memory_not_equal(logged.inspections[0].digest, logged.inspections[2].digest, AUDIT_DIGEST_SIZE);
    assert_int_equal(logged.last.no_record, 1);
    assert_int_equal(logged.last.advisory, 1);
    assert_int_equal(logged.last.refer, 1);
    assert_int_equal(logged.last.cannot_verify, 2);
}

static void a_policy_can_ask_for_less(void **state)
{
    (void)state;
    fake_update.rules.coarse = true;
    device_object_changed(&device, STORE_POLICY);
    inspect(TD3, VERDICT_REFER);
    assert_int_equal(read_log()->inspection_count, 1);
    assert_false(logged.inspections[0].has_digest);
    fake_update.rules.oversight = bytes_of(NULL, 0);
    device_object_changed(&device, STORE_POLICY);
    inspect(TD3, VERDICT_REFER);
    assert_int_equal(read_log()->inspection_count, 1);
}

static void a_start_is_recorded(void **state)
{
    (void)state;
    device_init(&device, &fake_ports);
    assert_int_equal(read_log()->of[AUDIT_BOOT], 1);
}

static struct coap_message handle(struct coap_message request)
{
    struct coap_message reply = {0};

    link_handle(&device, &request, &reply, payload, sizeof payload);
    return reply;
}

static struct coap_message get(const char *path, const char *query)
{
    struct coap_message request = {.code = COAP_GET, .query = bytes_of(query, strlen(query))};

    strcpy(request.path, path);
    return handle(request);
}

static struct coap_message put(const char *path)
{
    struct coap_message request = {.code = COAP_PUT, .payload = bytes_of("x", 1)};

    strcpy(request.path, path);
    return handle(request);
}

/* Whoever is on the link cannot fill the ring with refusals: they are counted, and the count is recorded now and then. */
static void refusals_are_counted_and_recorded_now_and_then(void **state)
{
    (void)state;
    fake_update.take = DR_ERR_THRESHOLD;
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(put("update").code, COAP_FORBIDDEN);
    }
    assert_int_equal(read_log()->of[AUDIT_REFUSAL], 1);
    assert_int_equal(logged.refusal.count, 1);
    assert_int_equal(logged.refusal.status, DR_ERR_THRESHOLD);
    board.ticks += AUDIT_LOG_REFUSAL_MS;
    device_step(&device);
    assert_int_equal(read_log()->of[AUDIT_REFUSAL], 2);
    assert_int_equal(logged.refusal.count, 49);
    device_step(&device);
    assert_int_equal(read_log()->of[AUDIT_REFUSAL], 2);
}

static void updates_and_times_are_recorded(void **state)
{
    (void)state;
    strcpy(device.store.state.objects[STORE_LIST_0].manifest.list_id, "UTO-1");
    device.store.state.objects[STORE_LIST_0].manifest.number = 9;
    assert_int_equal(put("update").code, COAP_CHANGED);
    assert_int_equal(read_log()->of[AUDIT_UPDATE], 1);
    assert_string_equal(logged.object.list_id, "UTO-1");
    assert_int_equal(logged.object.number, 9);
    assert_int_equal(put("time").code, COAP_CHANGED);
    assert_int_equal(read_log()->of[AUDIT_TIME], 1);
    assert_false(logged.time.by_officer);
    assert_int_equal(logged.time.now, fake_update.now);
    fake_update.set = DR_ERR_ROLLBACK;
    assert_int_equal(put("time").code, COAP_FORBIDDEN);
    assert_int_equal(read_log()->of[AUDIT_REFUSAL], 1);
}

/* Block by block, of any size, the export is what lies in the ring. */
static void the_log_leaves_in_blocks(void **state)
{
    static uint8_t out[64 * AUDIT_SECTOR], sector[AUDIT_SECTOR];
    struct coap_message reply;
    uint64_t size;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        inspect(TD3, VERDICT_REFER);
    }
    size = device.store.state.audit.next;
    for (uint8_t szx = 2; szx <= 6; szx++) {
        struct coap_message request = {.code = COAP_GET, .path = "audit", .query = bytes_of("from=1", 6)};
        size_t len = 0;

        for (uint32_t number = 0;; number++) {
            request.block2 = (struct coap_block){true, number, false, szx};
            reply = handle(request);
            assert_int_equal(reply.code, COAP_CONTENT);
            assert_int_equal(reply.format, COAP_FORMAT_OCTETS);
            memcpy(out + len, reply.payload.data, reply.payload.len);
            len += reply.payload.len;
            if (!reply.block2.more) {
                break;
            }
        }
        assert_int_equal(len, (size - 1) * AUDIT_SECTOR);
        for (uint64_t number = 1; number < size; number++) {
            assert_int_equal(audit_read(&device.store, number, sector), DR_OK);
            assert_memory_equal(out + (number - 1) * AUDIT_SECTOR, sector, AUDIT_SECTOR);
        }
        request.block2.number = 2000;
        assert_int_equal(handle(request).code, COAP_BAD_REQUEST);
    }
    assert_int_equal(get("audit", "from=").code, COAP_BAD_REQUEST);
    assert_int_equal(get("audit", "from=x").code, COAP_BAD_REQUEST);
    assert_int_equal(get("audit", "from=99999999999999999999999").code, COAP_BAD_REQUEST);
    assert_int_equal(get("audit", "from=18446744073709551615").code, COAP_BAD_REQUEST);
    assert_int_equal(get("audit", "from=77").code, COAP_NOT_FOUND);
    assert_int_equal(get("audit", "other=1").code, COAP_BAD_REQUEST);
    reply = get("audit", "");
    assert_int_equal(reply.format, COAP_FORMAT_JSON);
    assert_non_null(memmem(reply.payload.data, reply.payload.len, "\"on\":true,\"size\":5,\"first\":0,\"lost\":0", 37));
}

static void a_receipt_states_the_hosts_nonce(void **state)
{
    uint8_t spki[IDENTITY_SPKI_SIZE], cms[RECEIPT_MAX];
    struct coap_message reply = get("identity", "");
    struct receipt receipt;

    (void)state;
    assert_int_equal(reply.code, COAP_CONTENT);
    assert_int_equal(reply.payload.len, sizeof spki);
    memcpy(spki, reply.payload.data, sizeof spki);
    reply = get("receipt", "nonce=00112233445566778899aabbccddeeff");
    assert_int_equal(reply.code, COAP_CONTENT);
    assert_int_equal(reply.format, COAP_FORMAT_OCTETS);
    assert_true(reply.payload.len <= sizeof cms);
    memcpy(cms, reply.payload.data, reply.payload.len);
    assert_int_equal(receipt_verify(bytes_of(cms, reply.payload.len), bytes_of(spki, sizeof spki), &receipt), DR_OK);
    assert_int_equal(receipt.nonce.len, 16);
    assert_int_equal(receipt.nonce.data[15], 0xFF);
    assert_int_equal(receipt.audit_size, 1);
    assert_memory_equal(receipt.audit_head, device.store.state.audit.head, HASH_SHA256_SIZE);
    assert_int_equal(get("receipt", "").code, COAP_BAD_REQUEST);
    assert_int_equal(get("receipt", "nonce=").code, COAP_BAD_REQUEST);
    assert_int_equal(get("receipt", "nonce=0").code, COAP_BAD_REQUEST);
    assert_int_equal(get("receipt", "nonce=zz").code, COAP_BAD_REQUEST);
    device.store.mounted = false;
    assert_int_equal(get("receipt", "nonce=00").code, COAP_UNAVAILABLE);
    assert_int_equal(get("identity", "").code, COAP_UNAVAILABLE);
    assert_int_equal(get("audit", "").code, COAP_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(refer_and_cannot_verify_are_recorded_and_nothing_else, start),
        cmocka_unit_test_setup(a_policy_can_ask_for_less, start),
        cmocka_unit_test_setup(a_start_is_recorded, start),
        cmocka_unit_test_setup(refusals_are_counted_and_recorded_now_and_then, start),
        cmocka_unit_test_setup(updates_and_times_are_recorded, start),
        cmocka_unit_test_setup(the_log_leaves_in_blocks, start),
        cmocka_unit_test_setup(a_receipt_states_the_hosts_nonce, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
