/* link_handle: paths, methods, block-wise answers (RFC 7959), updates and time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/fake_board.h"
#include "app/fake_inspection.h"
#include "app/fake_update.h"

static struct device device;
static uint8_t payload[LINK_MAX_PAYLOAD];

static int start(void **state)
{
    (void)state;
    fake_board_reset();
    memset(&fake_update, 0, sizeof fake_update);
    memset(&fake_inspection, 0, sizeof fake_inspection);
    fake_update.load = DR_ERR_NOT_FOUND;
    fake_update.now = 1795510000;
    device_init(&device, &fake_ports);
    return 0;
}

static struct coap_message handle(struct coap_message request)
{
    struct coap_message reply = {0};

    link_handle(&device, &request, &reply, payload, sizeof payload);
    return reply;
}

static struct coap_message get(const char *path)
{
    struct coap_message request = {.code = COAP_GET};

    strcpy(request.path, path);
    return handle(request);
}

static struct coap_message put(const char *path, const void *data, size_t len, struct coap_block block1)
{
    struct coap_message request = {.code = COAP_PUT, .payload = bytes_of(data, len), .block1 = block1};

    strcpy(request.path, path);
    return handle(request);
}

static void assert_payload(const struct coap_message *reply, const char *text)
{
    assert_int_equal(reply->payload.len, strlen(text));
    assert_memory_equal(reply->payload.data, text, strlen(text));
    assert_true(reply->has_format);
    assert_int_equal(reply->format, COAP_FORMAT_JSON);
}

/* More than 1,024 octets come in blocks, of 1,024 unless asked for otherwise, and put together are the whole. */
static void long_answers_come_in_blocks(void **state)
{
    static char whole[8192], pieces[8192];
    struct coap_message request = {.code = COAP_GET, .path = "status"}, reply;
    size_t len = 0;

    (void)state;
    for (unsigned i = 0; i < STORE_LISTS; i++) {
        struct store_entry *entry = &device.store.state.objects[STORE_LIST_0 + i];

        entry->present = true;
        memset(entry->manifest.list_id, 'L', MANIFEST_MAX_LIST_ID);
    }
    for (unsigned number = 0;; number++) {
        request.block2 = (struct coap_block){number > 0, number, false, 6};
        reply = handle(request);
        assert_int_equal(reply.code, COAP_CONTENT);
        assert_true(reply.block2.present);
        assert_int_equal(reply.block2.szx, 6);
        assert_int_equal(reply.block2.number, number);
        memcpy(whole + len, reply.payload.data, reply.payload.len);
        len += reply.payload.len;
        if (!reply.block2.more) {
            break;
        }
        assert_int_equal(reply.payload.len, 1024);
    }
    assert_true(len > 1024);
    assert_int_equal(whole[0], '{');
    assert_int_equal(whole[len - 1], '}');

    for (unsigned number = 0; number * 64 < len; number++) {
        request.block2 = (struct coap_block){true, number, false, 2};
        reply = handle(request);
        assert_int_equal(reply.block2.szx, 2);
        assert_int_equal(reply.block2.more, (number + 1) * 64 < len);
        memcpy(pieces + number * 64, reply.payload.data, reply.payload.len);
    }
    assert_memory_equal(whole, pieces, len);

    request.block2 = (struct coap_block){true, 1000, false, 6};
    assert_int_equal(handle(request).code, COAP_BAD_REQUEST);
}

static void short_answers_come_whole(void **state)
{
    struct coap_message reply = get("inspection");

    (void)state;
    assert_false(reply.block2.present);
    assert_payload(&reply, "{\"sequence\":0}");
}

static void update_says_where_it_is(void **state)
{
    struct coap_message reply = get("update");

    (void)state;
    assert_payload(&reply, "{\"state\":\"idle\"}");
    device.update.phase = UPDATE_CMS;
    device.update.offset = 1024;
    reply = get("update");
    assert_payload(&reply, "{\"state\":\"receiving\",\"offset\":1024}");
    device.update.phase = UPDATE_BODY;
    device.update.object = STORE_LIST_2;
    strcpy(device.update.manifest.list_id, "UTO");
    device.update.manifest.number = 7;
    device.update.offset = 4096;
    device.update.size = 9000;
    reply = get("update");
    assert_payload(&reply,
                   "{\"state\":\"receiving\",\"object\":\"list\",\"id\":\"UTO\",\"number\":7,\"cms_sha256\":\""
                   "0000000000000000000000000000000000000000000000000000000000000000\",\"offset\":4096,\"size\":9000}");
}

static void blocks_of_an_update_are_taken_in_order(void **state)
{
    uint8_t data[1024] = {7};
    struct coap_message reply;

    (void)state;
    reply = put("update", data, 1024, (struct coap_block){true, 0, true, 6});
    assert_int_equal(reply.code, COAP_CONTINUE);
    assert_true(reply.block1.present && reply.block1.more);
    assert_false(fake_update.last);

    /* A block lost: the device says where to go on. */
    reply = put("update", data, 1024, (struct coap_block){true, 2, true, 6});
    assert_int_equal(reply.code, COAP_INCOMPLETE);
    assert_payload(&reply, "{\"offset\":1024}");
    assert_int_equal(fake_update.takes, 1);

    /* Smaller blocks from there on. */
    reply = put("update", data, 64, (struct coap_block){true, 16, true, 2});
    assert_int_equal(reply.code, COAP_CONTINUE);
    assert_int_equal(fake_update.offset, 1024);

    strcpy(device.store.state.objects[STORE_LIST_0].manifest.list_id, "UTO");
    device.store.state.objects[STORE_LIST_0].manifest.number = 7;
    memset(device.store.state.objects[STORE_LIST_0].manifest.root, 0xEE, HASH_SHA256_SIZE);
    reply = put("update", data, 5, (struct coap_block){true, 17, false, 2});
    assert_int_equal(reply.code, COAP_CHANGED);
    assert_true(fake_update.last);
    assert_int_equal(fake_update.len, 5);
    assert_payload(&reply, "{\"object\":\"list\",\"id\":\"UTO\",\"number\":7,\"root\":\""
                           "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\"}");
}

/* After a block let go of or damaged, the device stands where no block of the client begins. */
static void octets_held_already_are_passed_over(void **state)
{
    uint8_t data[1024];
    struct coap_message reply;

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i / 8);
    }
    reply = put("update", data, 1024, (struct coap_block){true, 0, true, 6});
    assert_int_equal(reply.code, COAP_CONTINUE);
    device.update.offset = 5 * 1024 + 400;
    reply = put("update", data, 1024, (struct coap_block){true, 4, true, 6});
    assert_int_equal(reply.code, COAP_INCOMPLETE);
    reply = put("update", data, 1024, (struct coap_block){true, 5, true, 6});
    assert_int_equal(reply.code, COAP_CONTINUE);
    assert_int_equal(fake_update.offset, 5 * 1024 + 400);
    assert_int_equal(fake_update.len, 624);
    assert_int_equal(fake_update.first, 50);
}

static void a_small_file_needs_no_blocks(void **state)
{
    struct coap_message reply = put("update", "file", 4, (struct coap_block){0});

    (void)state;
    assert_int_equal(reply.code, COAP_CHANGED);
    assert_false(reply.block1.present);
    assert_int_equal(fake_update.offset, 0);
    assert_true(fake_update.last);
}

static void blocks_of_a_wrong_size_are_refused(void **state)
{
    uint8_t data[1024] = {7};

    (void)state;
    assert_int_equal(put("update", data, 1000, (struct coap_block){true, 0, true, 6}).code, COAP_BAD_REQUEST);
    assert_int_equal(put("update", data, 0, (struct coap_block){true, 0, false, 6}).code, COAP_BAD_REQUEST);
    assert_int_equal(fake_update.takes, 0);
    /* Nothing is under way: only the beginning can come. */
    assert_int_equal(put("update", data, 1024, (struct coap_block){true, 5, true, 6}).code, COAP_INCOMPLETE);
    assert_int_equal(fake_update.takes, 0);
}

static void refusals_say_why(void **state)
{
    static const struct {
        enum dr_status status;
        uint8_t code;
    } cases[] = {{DR_ERR_THRESHOLD, COAP_FORBIDDEN},     {DR_ERR_UNTRUSTED, COAP_FORBIDDEN},
                 {DR_ERR_ROLLBACK, COAP_FORBIDDEN},      {DR_ERR_EXPIRED, COAP_FORBIDDEN},
                 {DR_ERR_SIGNATURE, COAP_FORBIDDEN},     {DR_ERR_MALFORMED, COAP_BAD_REQUEST},
                 {DR_ERR_UNSUPPORTED, COAP_BAD_REQUEST}, {DR_ERR_CORRUPT, COAP_BAD_REQUEST},
                 {DR_ERR_TRUNCATED, COAP_BAD_REQUEST},   {DR_ERR_NO_SPACE, COAP_TOO_LARGE},
                 {DR_ERR_TOO_LARGE, COAP_TOO_LARGE},     {DR_ERR_IO, COAP_UNAVAILABLE},
                 {DR_ERR_STATE, COAP_UNAVAILABLE},       {DR_ERR_CRYPTO, COAP_INTERNAL_ERROR}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct coap_message reply;

        fake_update.take = cases[i].status;
        fake_update.why = "because";
        reply = put("update", "file", 4, (struct coap_block){0});
        assert_int_equal(reply.code, cases[i].code);
        assert_non_null(memmem(reply.payload.data, reply.payload.len, "{\"error\":\"", 10));
        assert_non_null(memmem(reply.payload.data, reply.payload.len, ",\"why\":\"because\"}", 17));
    }
}

static void nothing_is_taken_while_a_document_is_inspected(void **state)
{
    (void)state;
    device.inspecting = true;
    assert_int_equal(put("update", "file", 4, (struct coap_block){0}).code, COAP_UNAVAILABLE);
    assert_int_equal(put("time", "file", 4, (struct coap_block){0}).code, COAP_UNAVAILABLE);
    assert_int_equal(fake_update.takes + fake_update.suspends, 0);
    assert_int_equal(get("status").code, COAP_CONTENT);
}

static void nothing_is_taken_without_a_card(void **state)
{
    (void)state;
    board.card_present = false;
    fake_block.sector_count = 0;
    device_init(&device, &fake_ports);
    assert_int_equal(put("update", "file", 4, (struct coap_block){0}).code, COAP_UNAVAILABLE);
    assert_int_equal(fake_update.takes, 0);
    assert_int_equal(get("status").code, COAP_CONTENT);
}

static void time_is_told_with_a_nonce(void **state)
{
    struct coap_message reply = get("time");

    (void)state;
    assert_payload(&reply, "{\"now\":\"2026-11-24T08:46:40Z\",\"confirmed\":false,"
                           "\"nonce\":\"abababababababababababababababab\"}");
}

static void time_is_set_under_the_policy(void **state)
{
    struct coap_message reply;

    (void)state;
    reply = put("time", "cms", 3, (struct coap_block){0});
    assert_int_equal(reply.code, COAP_UNAVAILABLE); /* no policy */

    fake_update.load = DR_OK;
    fake_update.set = DR_ERR_THRESHOLD;
    assert_int_equal(put("time", "cms", 3, (struct coap_block){0}).code, COAP_FORBIDDEN);
    fake_update.set = DR_ERR_STATE;
    assert_int_equal(put("time", "cms", 3, (struct coap_block){0}).code, COAP_FORBIDDEN);
    fake_update.set = DR_OK;
    assert_int_equal(put("time", "cms", 3, (struct coap_block){true, 0, true, 6}).code, COAP_TOO_LARGE);
    assert_false(fake_update.confirmed);

    reply = put("time", "cms", 3, (struct coap_block){true, 0, false, 6});
    assert_int_equal(reply.code, COAP_CHANGED);
    assert_payload(&reply, "{\"now\":\"2026-11-24T08:46:40Z\",\"confirmed\":true}");
    assert_int_equal(fake_update.suspends, 4); /* the work area was the update's */
    assert_int_equal(fake_update.len, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(long_answers_come_in_blocks, start),
        cmocka_unit_test_setup(short_answers_come_whole, start),
        cmocka_unit_test_setup(update_says_where_it_is, start),
        cmocka_unit_test_setup(blocks_of_an_update_are_taken_in_order, start),
        cmocka_unit_test_setup(octets_held_already_are_passed_over, start),
        cmocka_unit_test_setup(a_small_file_needs_no_blocks, start),
        cmocka_unit_test_setup(blocks_of_a_wrong_size_are_refused, start),
        cmocka_unit_test_setup(refusals_say_why, start),
        cmocka_unit_test_setup(nothing_is_taken_while_a_document_is_inspected, start),
        cmocka_unit_test_setup(nothing_is_taken_without_a_card, start),
        cmocka_unit_test_setup(time_is_told_with_a_nonce, start),
        cmocka_unit_test_setup(time_is_set_under_the_policy, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
