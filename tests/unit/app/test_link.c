/* The serial end of the host link with raw CoAP messages (RFC 7252, 7959) in slipmux frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/fake_board.h"
#include "app/fake_inspection.h"
#include "app/fake_update.h"

static struct device device;

static int start(void **state)
{
    (void)state;
    fake_board_reset();
    memset(&fake_update, 0, sizeof fake_update);
    fake_update.load = DR_ERR_NOT_FOUND;
    fake_update.now = 1795510000;
    device_init(&device, &fake_ports);
    fake_forget();
    return 0;
}

static void sink(void *ctx, const uint8_t *data, size_t len)
{
    struct fake_line *line = ctx;

    memcpy(line->in + line->in_len, data, len);
    line->in_len += len;
}

/* Sends octets as one frame, polls, and gives back the CoAP message that came, empty when none. */
static struct bytes exchange(const void *datagram, size_t len)
{
    static uint8_t buffer[2048];
    static struct slipmux_decoder decoder;
    struct bytes answer = bytes_of(NULL, 0);

    fake_forget();
    slipmux_encode(SLIPMUX_COAP, bytes_of(datagram, len), sink, &board.host);
    link_poll(&device, &device.link);
    slipmux_decoder_init(&decoder, buffer, sizeof buffer);
    for (size_t i = 0; i < board.host.out_len; i++) {
        enum slipmux_event event = slipmux_decode(&decoder, board.host.out[i]);

        assert_int_not_equal(event, SLIPMUX_DAMAGED);
        if (event == SLIPMUX_COAP_FRAME) {
            assert_int_equal(answer.len, 0);
            answer = bytes_of(buffer, decoder.length);
            return answer;
        }
    }
    return answer;
}

#define EXCHANGE(octets) exchange(octets, sizeof(octets) - 1)

/* RFC 7252 Appendix A.1's shape: confirmable GET, piggybacked answer with the same id and token. */
static void get_is_answered_in_the_acknowledgement(void **state)
{
    struct bytes answer = EXCHANGE("\x41\x01\x7D\x34\x20\xBA"
                                   "inspection");

    (void)state;
    assert_in_range(answer.len, 10, 64);
    assert_memory_equal(answer.data, "\x61\x45\x7D\x34\x20\xC1\x32\xFF{\"sequence\":0}", 22);
    assert_int_equal(answer.len, 22);
}

static void ping_is_reset(void **state)
{
    struct bytes answer = EXCHANGE("\x40\x00\x12\x34");

    (void)state;
    assert_int_equal(answer.len, 4);
    assert_memory_equal(answer.data, "\x70\x00\x12\x34", 4);
}

static void malformed_confirmable_is_reset_and_the_rest_ignored(void **state)
{
    (void)state;
    assert_memory_equal(EXCHANGE("\x40\x01\x00\x07\xB6"
                                 "sta")
                            .data,
                        "\x70\x00\x00\x07", 4);                                    /* option cut off */
    assert_memory_equal(EXCHANGE("\x4F\x01\x00\x08").data, "\x70\x00\x00\x08", 4); /* token length 15 */
    assert_memory_equal(EXCHANGE("\x40\x45\x00\x09").data, "\x70\x00\x00\x09", 4); /* an answer to nobody */
    assert_int_equal(EXCHANGE("\x50\x01\x00\x0A\xB6"
                              "sta")
                         .len,
                     0);                                   /* the same, not confirmable */
    assert_int_equal(EXCHANGE("\x80\x01\x00\x0B").len, 0); /* version 2 */
    assert_int_equal(EXCHANGE("\x40\x01").len, 0);
    assert_int_equal(EXCHANGE("\x60\x00\x00\x0C").len, 0); /* ACK */
    assert_int_equal(EXCHANGE("\x70\x00\x00\x0D").len, 0); /* RST */
}

static void errors_have_their_codes(void **state)
{
    (void)state;
    assert_int_equal(EXCHANGE("\x40\x01\x00\x01\xB3"
                              "foo")
                         .data[1],
                     COAP_NOT_FOUND);
    assert_int_equal(EXCHANGE("\x40\x01\x00\x02").data[1], COAP_NOT_FOUND);
    assert_int_equal(EXCHANGE("\x40\x02\x00\x03\xB6"
                              "status")
                         .data[1],
                     COAP_METHOD_NOT_ALLOWED);
    assert_int_equal(EXCHANGE("\x40\x03\x00\x04\xB6"
                              "status\xFF"
                              "x")
                         .data[1],
                     COAP_METHOD_NOT_ALLOWED);
    /* If-Match (1) is critical and not known here. */
    assert_int_equal(EXCHANGE("\x40\x01\x00\x05\x11"
                              "x\xA6"
                              "status")
                         .data[1],
                     COAP_BAD_OPTION);
    assert_int_equal(EXCHANGE("\x50\x01\x00\x06\x11"
                              "x\xA6"
                              "status")
                         .len,
                     0);
    /* Accept: text/plain (no value) for JSON. */
    assert_int_equal(EXCHANGE("\x40\x01\x00\x07\xB6"
                              "status\x60")
                         .data[1],
                     COAP_NOT_ACCEPTABLE);
    assert_int_equal(EXCHANGE("\x40\x01\x00\x08\xBA"
                              "inspection\x61\x32")
                         .data[1],
                     COAP_CONTENT);
}

static void non_confirmable_is_answered_so(void **state)
{
    struct bytes answer = EXCHANGE("\x51\x01\x00\x01\x99\xBA"
                                   "inspection");

    (void)state;
    assert_int_equal(answer.data[0], 0x51);
    assert_int_equal(answer.data[1], COAP_CONTENT);
    assert_int_equal(answer.data[4], 0x99);
}

/* .well-known/core (RFC 6690) */
static void resources_can_be_discovered(void **state)
{
    struct bytes answer = EXCHANGE("\x40\x01\x00\x01\xBB"
                                   ".well-known\x04"
                                   "core");

    (void)state;
    assert_int_equal(answer.data[1], COAP_CONTENT);
    assert_memory_equal(answer.data + 4, "\xC1\x28\xFF</status>;ct=50,</update>", 28);
}

/* A PUT to `update` of one block: id, Block1 option value, payload. */
static struct bytes put_block(uint16_t id, uint32_t number, bool more, unsigned szx, const uint8_t *payload, size_t len)
{
    uint8_t datagram[1200];
    size_t capacity = sizeof datagram;
    struct coap_message request = {.type = COAP_CON, .code = COAP_PUT, .id = id, .path = "update"};

    request.block1 = (struct coap_block){true, number, more, (uint8_t)szx};
    request.payload = bytes_of(payload, len);
    assert_int_equal(coap_encode(&request, datagram, &capacity), DR_OK);
    return exchange(datagram, capacity);
}

static void retransmission_gets_the_kept_answer(void **state)
{
    uint8_t payload[1024] = {0x30, 0xC0, 0xDB};
    struct bytes answer;

    (void)state;
    answer = put_block(100, 0, true, 6, payload, sizeof payload);
    assert_memory_equal(answer.data, "\x60\x5F\x00\x64\xD1\x0E\x0E", 7); /* 2.31, Block1 0/1/1024 */
    assert_int_equal(fake_update.takes, 1);
    assert_int_equal(fake_update.first, 0x30);
    assert_int_equal(fake_update.len, 1024);

    answer = put_block(100, 0, true, 6, payload, sizeof payload);
    assert_memory_equal(answer.data, "\x60\x5F\x00\x64\xD1\x0E\x0E", 7);
    assert_int_equal(fake_update.takes, 1);

    /* Another message that happens to have the same id is no retransmission. */
    payload[9] = 1;
    (void)put_block(100, 1, true, 6, payload, sizeof payload);
    assert_int_equal(fake_update.takes, 2);
    assert_int_equal(fake_update.offset, 1024);
}

static void damaged_frames_are_dropped(void **state)
{
    (void)state;
    fake_type(&board.host, "\xC0\xA9\x40\x01\x01\xC0"); /* no FCS that fits */
    link_poll(&device, &device.link);
    assert_int_equal(board.host.out_len, 0);
    assert_int_equal(EXCHANGE("\x40\x00\x12\x34").len, 4);
}

static void text_is_printed_as_a_line(void **state)
{
    (void)state;
    link_print(&device.link, "words");
    assert_int_equal(board.host.out_len, 9);
    assert_memory_equal(board.host.out, "\xC0\x0Awords\n\xC0", 9);
    fake_forget();
    fake_type(&board.host, "help\r\n");
    link_poll(&device, &device.link);
    assert_true(fake_printed("status"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(get_is_answered_in_the_acknowledgement, start),
        cmocka_unit_test_setup(ping_is_reset, start),
        cmocka_unit_test_setup(malformed_confirmable_is_reset_and_the_rest_ignored, start),
        cmocka_unit_test_setup(errors_have_their_codes, start),
        cmocka_unit_test_setup(non_confirmable_is_answered_so, start),
        cmocka_unit_test_setup(resources_can_be_discovered, start),
        cmocka_unit_test_setup(retransmission_gets_the_kept_answer, start),
        cmocka_unit_test_setup(damaged_frames_are_dropped, start),
        cmocka_unit_test_setup(text_is_printed_as_a_line, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
