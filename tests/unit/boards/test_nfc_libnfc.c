/* port_nfc on libnfc, against a PN532 played by this file behind libnfc's serial bus (PN532 user manual UM0701-02). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/nfc_libnfc.h"

#include <buses/uart.h>
#include <nfc/nfc.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIAGNOSE = 0x00,
    GET_FIRMWARE_VERSION = 0x02,
    READ_REGISTER = 0x06,
    IN_DATA_EXCHANGE = 0x40,
    IN_LIST_PASSIVE_TARGET = 0x4A,
    RF_CONFIGURATION = 0x32
};

#define ANSWER_PART 263U /* octets of a response in one frame */

#define SILENT_ALWAYS 0
#define ANSWERS_ALWAYS 1
#define ACKNOWLEDGES_ONLY 2

static struct {
    int manner;
    bool damage; /* the data checksum of answers */
    const uint8_t *type_a, *type_b;
    size_t type_a_len, type_b_len;
    uint8_t exchange[400]; /* status byte and data of the answer to InDataExchange */
    size_t exchange_len;
    uint8_t last_command[400];
    size_t last_command_len, joined, answered;
    unsigned parts;
    bool field;
    unsigned diagnoses, exchanges;
    uint32_t deadline;
    bool heard;
    uint8_t line[1024]; /* bytes on the way to libnfc */
    size_t line_len, line_at;
} pn532;

static void put(const uint8_t *data, size_t len)
{
    assert_true(pn532.line_len + len <= sizeof(pn532.line));
    memcpy(pn532.line + pn532.line_len, data, len);
    pn532.line_len += len;
}

static void put_answer(uint8_t command, const uint8_t *data, size_t len)
{
    size_t body = len + 2U;
    uint8_t sum = (uint8_t)(0xD5U + command + 1U);
    if (body <= 255U) {
        const uint8_t head[] = {
            0x00, 0x00, 0xFF, (uint8_t)body, (uint8_t)(0x100U - body), 0xD5, (uint8_t)(command + 1U)};
        put(head, sizeof(head));
    } else {
        const uint8_t high = (uint8_t)(body >> 8), low = (uint8_t)body;
        const uint8_t head[] = {
            0x00, 0x00, 0xFF, 0xFF, 0xFF, high, low, (uint8_t)(0x200U - high - low), 0xD5, (uint8_t)(command + 1U)};
        put(head, sizeof(head));
    }
    put(data, len);
    for (size_t i = 0; i < len; i++) {
        sum = (uint8_t)(sum + data[i]);
    }
    const uint8_t tail[] = {(uint8_t)(0x100U - sum + (pn532.damage ? 1U : 0U)), 0x00};
    put(tail, sizeof(tail));
}

/* A command may come in parts, MI (40) set in all but the last, and so may the answer go (UM0701-02 7.3.8). */
static void exchange_data(const uint8_t *command, size_t len)
{
    uint8_t part[ANSWER_PART + 1U];
    size_t left, size;
    if (pn532.answered == 0 || len > 2U) {
        memcpy(pn532.last_command + pn532.joined, command + 2, len - 2U);
        pn532.joined += len - 2U;
        pn532.last_command_len = pn532.joined;
        pn532.parts++;
        if ((command[1] & 0x40U) != 0) {
            part[0] = 0x00;
            put_answer(command[0], part, 1);
            return;
        }
        pn532.exchanges++;
        pn532.joined = 0;
        pn532.answered = 1; /* the status octet */
    }
    left = pn532.exchange_len - pn532.answered;
    size = left < ANSWER_PART ? left : ANSWER_PART;
    part[0] = (uint8_t)(pn532.exchange[0] | (size < left ? 0x40U : 0U));
    memcpy(part + 1, pn532.exchange + pn532.answered, size);
    pn532.answered = size < left ? pn532.answered + size : 0;
    put_answer(command[0], part, 1U + size);
}

static void answer(const uint8_t *command, size_t len)
{
    static const uint8_t version[] = {0x32, 0x01, 0x06, 0x07}, nothing[20];
    switch (command[0]) {
    case DIAGNOSE:
        pn532.diagnoses++;
        put_answer(command[0], command + 1, len - 1U);
        break;
    case GET_FIRMWARE_VERSION:
        put_answer(command[0], version, sizeof(version));
        break;
    case READ_REGISTER:
        put_answer(command[0], nothing, (len - 1U) / 2U);
        break;
    case RF_CONFIGURATION:
        if (command[1] == 1U) {
            pn532.field = (command[2] & 1U) != 0;
        }
        put_answer(command[0], nothing, 0);
        break;
    case IN_LIST_PASSIVE_TARGET: {
        const uint8_t *target = command[2] == 0 ? pn532.type_a : command[2] == 3U ? pn532.type_b : NULL;
        put_answer(command[0], target == NULL ? nothing : target,
                   target == NULL ? 1U : (command[2] == 0 ? pn532.type_a_len : pn532.type_b_len));
        break;
    }
    case IN_DATA_EXCHANGE:
        exchange_data(command, len);
        break;
    case 0x44: /* InDeselect */
    case 0x52: /* InRelease */
    case 0x16: /* PowerDown */
        put_answer(command[0], nothing, 1);
        break;
    default:
        put_answer(command[0], nothing, 0);
        break;
    }
}

/* --- libnfc's serial bus --- */

serial_port uart_open(const char *name)
{
    return strcmp(name, "here") == 0 ? &pn532 : INVALID_SERIAL_PORT;
}

void uart_close(const serial_port port)
{
    (void)port;
}

void uart_flush_input(const serial_port port, bool wait)
{
    (void)port, (void)wait;
    pn532.line_len = pn532.line_at = 0;
}

void uart_set_speed(serial_port port, const uint32_t speed)
{
    (void)port, (void)speed;
}

uint32_t uart_get_speed(const serial_port port)
{
    (void)port;
    return 115200;
}

char **uart_list_ports(void)
{
    return calloc(1, sizeof(char *));
}

int uart_send(serial_port port, const uint8_t *data, const size_t len, int timeout)
{
    (void)port, (void)timeout;
    static const uint8_t acknowledge[] = {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
    pn532.heard = false;
    if (pn532.manner == SILENT_ALWAYS || data[0] == 0x55 || len <= sizeof(acknowledge)) {
        return NFC_SUCCESS;
    }
    put(acknowledge, sizeof(acknowledge));
    if (pn532.manner == ANSWERS_ALWAYS) {
        bool extended = data[3] == 0xFF && data[4] == 0xFF;
        size_t body = extended ? ((size_t)data[5] << 8 | data[6]) : data[3];
        answer(data + (extended ? 9 : 6), body - 1U);
    }
    return NFC_SUCCESS;
}

int uart_receive(serial_port port, uint8_t *data, const size_t len, void *abort_p, int timeout)
{
    (void)port, (void)abort_p, (void)timeout;
    if (pn532.line_len - pn532.line_at < len) {
        return NFC_ETIMEOUT;
    }
    memcpy(data, pn532.line + pn532.line_at, len);
    pn532.line_at += len;
    pn532.heard = true;
    return NFC_SUCCESS;
}

static void set_deadline(uint32_t ms)
{
    pn532.deadline = ms;
}

static bool heard(void)
{
    return pn532.heard;
}

static const struct nfc_libnfc_bus bus = {.set_deadline = set_deadline, .heard = heard};

/* --- the tests --- */

/* Number of targets, Tg, SENS_RES, SEL_RES, UID, ATS. */
static const uint8_t passport_a[] = {1,    1,    0x00, 0x08, 0x20, 4,    0x08, 0x12,
                                     0x34, 0x56, 0x06, 0x75, 0x77, 0x81, 0x02, 0x80};
static const uint8_t other_card_a[] = {1, 1, 0x00, 0x04, 0x08, 4, 0xDE, 0xAD, 0xBE, 0xEF};
static const uint8_t ats_of_length_0[] = {1, 1, 0x00, 0x08, 0x20, 4, 0x08, 0x12, 0x34, 0x56, 0x00, 0x75};
/* Number of targets, Tg, ATQB, length of ATTRIB_RES, ATTRIB_RES. */
static const uint8_t passport_b[] = {1,    1,    0x50, 0x11, 0x22, 0x33, 0x44, 0x00,
                                     0x00, 0x00, 0x00, 0x00, 0x81, 0x71, 0x01, 0x00};
static const uint8_t get_challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};

static struct nfc_libnfc reader;
static struct port_nfc nfc;
static struct port_nfc_target target;

static int start(void **state)
{
    (void)state;
    memset(&pn532, 0, sizeof(pn532));
    pn532.manner = ANSWERS_ALWAYS;
    nfc_libnfc_init(&reader, &nfc, "pn532_uart:here", &bus);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    nfc_libnfc_close(&reader);
    if (reader.context != NULL) {
        nfc_exit(reader.context);
    }
    return 0;
}

#define PUT_TARGET(letter, bytes) (pn532.type_##letter = (bytes), pn532.type_##letter##_len = sizeof(bytes))

static void answer_exchange(uint8_t status, size_t data_len)
{
    pn532.exchange[0] = status;
    memset(pn532.exchange + 1, 0x5A, data_len);
    pn532.exchange_len = data_len + 1U;
}

static void open_with_passport(void)
{
    PUT_TARGET(a, passport_a);
    assert_int_equal(nfc.open(nfc.ctx), DR_OK);
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_OK);
}

static enum dr_status exchange(const uint8_t *command, size_t len, size_t *response_len)
{
    static uint8_t response[PORT_NFC_MAX_RESPONSE];
    *response_len = *response_len == 0 ? sizeof(response) : *response_len;
    return nfc.transceive(nfc.ctx, command, len, response, response_len, 700);
}

static void a_silent_controller_is_no_reader(void **state)
{
    (void)state;
    pn532.manner = SILENT_ALWAYS;
    assert_int_equal(nfc.open(nfc.ctx), DR_ERR_NO_READER);
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_ERR_NO_READER);
    pn532.manner = ANSWERS_ALWAYS;
    assert_int_equal(nfc.open(nfc.ctx), DR_OK);
}

static void a_chip_of_type_a_is_activated(void **state)
{
    (void)state;
    open_with_passport();
    assert_int_equal(target.type, 'A');
    assert_int_equal(target.uid_len, 4);
    assert_memory_equal(target.uid, passport_a + 6, 4);
    assert_true(pn532.field);
    assert_int_equal(pn532.deadline, 300);
}

static void a_chip_of_type_b_is_activated(void **state)
{
    (void)state;
    PUT_TARGET(b, passport_b);
    PUT_TARGET(a, other_card_a); /* lies beside it and takes no APDUs */
    assert_int_equal(nfc.open(nfc.ctx), DR_OK);
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_OK);
    assert_int_equal(target.type, 'B');
    assert_int_equal(target.uid_len, 4);
    assert_memory_equal(target.uid, passport_b + 3, 4);
}

static void no_chip_and_other_cards_are_no_card(void **state)
{
    (void)state;
    assert_int_equal(nfc.open(nfc.ctx), DR_OK);
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_ERR_NO_CARD);
    PUT_TARGET(a, other_card_a);
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_ERR_NO_CARD);
}

/* libnfc would copy SIZE_MAX bytes (third-party/libnfc/config.h). */
static void an_ats_of_length_0_is_refused(void **state)
{
    (void)state;
    PUT_TARGET(a, ats_of_length_0);
    assert_int_equal(nfc.open(nfc.ctx), DR_OK);
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_ERR_NO_CARD);
}

static void commands_and_answers_pass(void **state)
{
    (void)state;
    open_with_passport();
    answer_exchange(0x00, 10);
    size_t len = 0;
    assert_int_equal(exchange(get_challenge, sizeof(get_challenge), &len), DR_OK);
    assert_int_equal(len, 10);
    assert_int_equal(pn532.last_command_len, sizeof(get_challenge));
    assert_memory_equal(pn532.last_command, get_challenge, sizeof(get_challenge));
    assert_int_equal(pn532.deadline, 700);
}

static void the_longest_command_and_answer_pass(void **state)
{
    (void)state;
    open_with_passport();
    uint8_t command[PORT_NFC_MAX_COMMAND + 1U];
    for (size_t i = 0; i < sizeof(command); i++) {
        command[i] = (uint8_t)i;
    }
    /* In one frame each. */
    answer_exchange(0x00, 263);
    size_t len = 0;
    assert_int_equal(exchange(command, 262, &len), DR_OK);
    assert_int_equal(len, 263);
    assert_int_equal(pn532.parts, 1);
    assert_int_equal(pn532.last_command_len, 262);
    /* In two. */
    pn532.parts = 0;
    answer_exchange(0x00, PORT_NFC_MAX_RESPONSE);
    len = 0;
    assert_int_equal(exchange(command, PORT_NFC_MAX_COMMAND, &len), DR_OK);
    assert_int_equal(len, PORT_NFC_MAX_RESPONSE);
    assert_int_equal(pn532.parts, 2);
    assert_int_equal(pn532.last_command_len, PORT_NFC_MAX_COMMAND);
    assert_memory_equal(pn532.last_command, command, PORT_NFC_MAX_COMMAND);
}

static void what_libnfc_would_not_check_is_refused_before(void **state)
{
    (void)state;
    open_with_passport();
    uint8_t command[PORT_NFC_MAX_COMMAND + 1U] = {0}, response[8];
    size_t len = 0;
    assert_int_equal(exchange(command, sizeof(command), &len), DR_ERR_ARGUMENT);
    len = 0;
    assert_int_equal(exchange(command, 0, &len), DR_ERR_ARGUMENT);
    len = sizeof(response);
    assert_int_equal(nfc.transceive(nfc.ctx, get_challenge, 5, response, &len, 0), DR_ERR_ARGUMENT); /* for ever */
    assert_int_equal(pn532.exchanges, 0);
}

static void answers_that_do_not_fit_or_have_no_status_are_refused(void **state)
{
    (void)state;
    open_with_passport();
    size_t len = 8;
    answer_exchange(0x00, 9);
    assert_int_equal(exchange(get_challenge, sizeof(get_challenge), &len), DR_ERR_TOO_LARGE);
    assert_int_equal(len, 0);
    answer_exchange(0x00, 1);
    assert_int_equal(exchange(get_challenge, sizeof(get_challenge), &len), DR_ERR_PROTOCOL);
}

/* UM0701-02 7.1: 01 no answer, 02 CRC, 0B RF protocol, 27 wrong context, 29 released, 2B disappeared. */
static void a_chip_that_left_is_no_card(void **state)
{
    (void)state;
    static const uint8_t statuses[] = {0x01, 0x02, 0x0B, 0x27, 0x29, 0x2B};
    open_with_passport();
    for (size_t i = 0; i < sizeof(statuses); i++) {
        size_t len = 0;
        answer_exchange(statuses[i], 0);
        assert_int_equal(exchange(get_challenge, sizeof(get_challenge), &len), DR_ERR_NO_CARD);
    }
}

static void silence_of_the_controller_and_of_the_chip_differ(void **state)
{
    (void)state;
    open_with_passport();
    size_t len = 0;
    pn532.manner = ACKNOWLEDGES_ONLY;
    assert_int_equal(exchange(get_challenge, sizeof(get_challenge), &len), DR_ERR_TIMEOUT);

    pn532.manner = ANSWERS_ALWAYS;
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_OK);
    pn532.manner = SILENT_ALWAYS;
    assert_int_equal(exchange(get_challenge, sizeof(get_challenge), &len), DR_ERR_NO_READER);
}

/* A late answer must not be taken for the next command's: the controller is brought up anew first. */
static void after_silence_the_controller_is_opened_anew(void **state)
{
    (void)state;
    open_with_passport();
    size_t len = 0;
    pn532.manner = ACKNOWLEDGES_ONLY;
    (void)exchange(get_challenge, sizeof(get_challenge), &len);
    pn532.manner = ANSWERS_ALWAYS;
    unsigned diagnoses = pn532.diagnoses;
    assert_int_equal(exchange(get_challenge, sizeof(get_challenge), &len), DR_ERR_NO_READER);
    assert_int_equal(pn532.diagnoses, diagnoses);
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_OK);
    assert_int_equal(pn532.diagnoses, diagnoses + 1);
}

static void a_damaged_frame_is_the_readers_fault(void **state)
{
    (void)state;
    open_with_passport();
    size_t len = 0;
    answer_exchange(0x00, 10);
    pn532.damage = true;
    assert_int_equal(exchange(get_challenge, sizeof(get_challenge), &len), DR_ERR_NO_READER);
    pn532.damage = false;
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_OK);
}

static void release_switches_the_field_off_and_activate_on(void **state)
{
    (void)state;
    open_with_passport();
    nfc.release(nfc.ctx);
    assert_false(pn532.field);
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_OK);
    assert_true(pn532.field);
    pn532.manner = SILENT_ALWAYS;
    nfc.release(nfc.ctx); /* never fails; */
    pn532.manner = ANSWERS_ALWAYS;
    assert_int_equal(nfc.activate(nfc.ctx, &target), DR_OK); /* the next call deals with it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_silent_controller_is_no_reader, start, finish),
        cmocka_unit_test_setup_teardown(a_chip_of_type_a_is_activated, start, finish),
        cmocka_unit_test_setup_teardown(a_chip_of_type_b_is_activated, start, finish),
        cmocka_unit_test_setup_teardown(no_chip_and_other_cards_are_no_card, start, finish),
        cmocka_unit_test_setup_teardown(an_ats_of_length_0_is_refused, start, finish),
        cmocka_unit_test_setup_teardown(commands_and_answers_pass, start, finish),
        cmocka_unit_test_setup_teardown(the_longest_command_and_answer_pass, start, finish),
        cmocka_unit_test_setup_teardown(what_libnfc_would_not_check_is_refused_before, start, finish),
        cmocka_unit_test_setup_teardown(answers_that_do_not_fit_or_have_no_status_are_refused, start, finish),
        cmocka_unit_test_setup_teardown(a_chip_that_left_is_no_card, start, finish),
        cmocka_unit_test_setup_teardown(silence_of_the_controller_and_of_the_chip_differ, start, finish),
        cmocka_unit_test_setup_teardown(after_silence_the_controller_is_opened_anew, start, finish),
        cmocka_unit_test_setup_teardown(a_damaged_frame_is_the_readers_fault, start, finish),
        cmocka_unit_test_setup_teardown(release_switches_the_field_off_and_activate_on, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
