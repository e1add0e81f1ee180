#include "libnfc_uart.h"

#include "board.h"
#include "serial.h"

#include <buses/uart.h>
#include <nfc/nfc.h>
#include <stdlib.h>
#include <string.h>

#define PORT_NAME "uart1"
#define SETTLE_MS 50U /* what libnfc's own bus waits for stray bytes */

static uint32_t deadline_from, deadline_ms;
static uint32_t speed;
static bool heard_since_send;

static uint32_t until_deadline(void)
{
    uint32_t gone = board_ticks() - deadline_from;
    return gone < deadline_ms ? deadline_ms - gone : 0;
}

static void set_deadline(uint32_t ms)
{
    deadline_from = board_ticks();
    deadline_ms = ms;
}

static bool heard(void)
{
    return heard_since_send;
}

const struct nfc_libnfc_bus libnfc_uart_bus = {.set_deadline = set_deadline, .heard = heard};

serial_port uart_open(const char *name)
{
    return strcmp(name, PORT_NAME) == 0 ? (void *)(uintptr_t)&serial_nfc : INVALID_SERIAL_PORT;
}

void uart_close(const serial_port port)
{
    (void)port;
}

void uart_flush_input(const serial_port port, bool wait)
{
    uint32_t since = board_ticks();
    uint32_t limit = until_deadline();
    limit = limit < SETTLE_MS ? limit : SETTLE_MS;
    while (wait && board_ticks() - since < limit) {
        serial_drop_input(port);
        serial_wait(port);
    }
    serial_drop_input(port);
}

void uart_set_speed(serial_port port, const uint32_t baud)
{
    speed = baud;
    serial_baud(port, baud);
}

uint32_t uart_get_speed(const serial_port port)
{
    (void)port;
    return speed;
}

/* The watchdog is fed while waiting: the deadline bounds that. */
int uart_receive(serial_port port, uint8_t *data, const size_t len, void *abort_p, int timeout)
{
    (void)abort_p;
    uint32_t since = board_ticks();
    uint32_t limit = until_deadline();
    if (timeout > 0 && (uint32_t)timeout < limit) {
        limit = (uint32_t)timeout;
    }
    size_t got = 0;
    for (;;) {
        size_t more = serial_read(port, data + got, len - got);
        got += more;
        heard_since_send = heard_since_send || more != 0;
        if (got == len) {
            return NFC_SUCCESS;
        }
        if (board_ticks() - since >= limit) {
            return NFC_ETIMEOUT;
        }
        board_alive();
        serial_wait(port);
    }
}

int uart_send(serial_port port, const uint8_t *data, const size_t len, int timeout)
{
    (void)timeout; /* 115200 baud without flow control: len / 11520 s */
    if (until_deadline() == 0) {
        return NFC_ETIMEOUT;
    }
    heard_since_send = false;
    serial_write(port, data, len);
    return NFC_SUCCESS;
}

/* Used for scanning only, which docrev never asks for; libnfc frees the list and what is in it. */
char **uart_list_ports(void)
{
    char **list = calloc(1, sizeof(*list));
    if (list == NULL) {
        abort();
    }
    return list;
}
