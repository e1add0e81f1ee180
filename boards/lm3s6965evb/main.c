/* The checkpoint on the LM3S6965 evaluation board. */
#include "app/device.h"
#include "board.h"
#include "buttons.h"
#include "codec/slipmux.h"
#include "common/nfc_libnfc.h"
#include "crypto/memory.h"
#include "fault.h"
#include "libnfc_uart.h"
#include "oled.h"
#include "sdcard.h"
#include "serial.h"

#include <string.h>

int main(void);

static struct nfc_libnfc reader;
static struct port_nfc nfc;
static struct device device;
static struct port_system port_system;
static _Alignas(8) uint8_t mbedtls_pool[16384];

static void put(void *ctx, const uint8_t *data, size_t len)
{
    serial_write(ctx, data, len);
}

/* What the last run died of, as diagnostic text: UART0 carries frames. */
static void report_fault(void)
{
    struct fault_report report;
    if (fault_take(&report)) {
        char text[FAULT_TEXT_SIZE];
        fault_text(&report, text);
        size_t len = strlen(text);
        text[len] = '\n'; /* in place of the NUL: a plain terminal wants lines */
        slipmux_encode(SLIPMUX_DIAGNOSTIC, (struct bytes){(const uint8_t *)text, len + 1U}, put,
                       (void *)(uintptr_t)&serial_host);
    }
}

static void memory(void *ctx, struct port_memory *use)
{
    board_system.memory(ctx, use);
    use->mbedtls_used = (uint32_t)crypto_pool_high_water();
    use->mbedtls_size = sizeof(mbedtls_pool);
}

int main(void)
{
    crypto_pool_init(mbedtls_pool, sizeof(mbedtls_pool));
    report_fault();
    oled_start();
    nfc_libnfc_init(&reader, &nfc, "pn532_uart:uart1", &libnfc_uart_bus);
    port_system = board_system;
    port_system.memory = memory;
    static const struct device_ports ports = {
        .board = "lm3s6965evb",
        .block = &sdcard_block,
        .nfc = &nfc,
        .link = &serial_host_stream,
        .mrz = &serial_mrz_stream,
        .display = &oled_display,
        .buttons = &board_buttons,
        .system = &port_system,
    };
    device_run(&device, &ports);
}
