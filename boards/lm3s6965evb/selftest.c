/* A program of its own that shows each part of the board to a script: one command a line on UART0, answers as lines that
 * start with "ok" or "error:". tests/hil/board_selftest.sh runs it. */
#include "board.h"
#include "buttons.h"
#include "codec/status_text.h"
#include "common/nfc_libnfc.h"
#include "fault.h"
#include "libnfc_uart.h"
#include "lm3s6965.h"
#include "noise.h"
#include "oled.h"
#include "sdcard.h"
#include "serial.h"

#include <stdlib.h>
#include <string.h>

int main(void);

#define BATCH 4U
#define LINE_SIZE 640U

static uint8_t sectors[BATCH * PORT_SECTOR_SIZE];
static struct port_frame frame;
static struct nfc_libnfc reader;
static struct port_nfc nfc;

static void print(const char *text)
{
    serial_write(&serial_host, (const uint8_t *)text, strlen(text));
}

static void print_number(uint32_t value)
{
    char digits[11];
    char *at = digits + sizeof(digits) - 1;
    *at = '\0';
    do {
        *--at = (char)('0' + value % 10U);
        value /= 10U;
    } while (value != 0);
    print(at);
}

static void print_hex(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const char pair[3] = {"0123456789abcdef"[data[i] >> 4], "0123456789abcdef"[data[i] & 15U], '\0'};
        print(pair);
    }
}

static void print_status(enum dr_status status)
{
    print(status == DR_OK ? "ok" : "error: ");
    if (status != DR_OK) {
        print(dr_status_text(status));
    }
}

static uint32_t number(char **rest)
{
    return (uint32_t)strtoul(*rest, rest, 10);
}

static void run_card(char *rest)
{
    (void)rest;
    print_status(sdcard_block.probe(sdcard_block.ctx));
    print(" sectors ");
    print_number(sdcard_block.sector_count);
}

/* write SECTOR COUNT SEED: a pattern that depends on both; check SECTOR COUNT SEED: whether it is there. */
static uint8_t pattern(uint32_t sector, uint32_t i, uint32_t seed)
{
    return (uint8_t)((sector * 31U) ^ (i * 7U) ^ (i >> 8) ^ seed);
}

static void run_write(char *rest)
{
    uint32_t sector = number(&rest), count = number(&rest), seed = number(&rest);
    enum dr_status status = DR_OK;
    for (uint32_t done = 0; status == DR_OK && done < count;) {
        uint32_t now = count - done < BATCH ? count - done : BATCH;
        for (uint32_t i = 0; i < now * PORT_SECTOR_SIZE; i++) {
            sectors[i] = pattern(sector + done + i / PORT_SECTOR_SIZE, i % PORT_SECTOR_SIZE, seed);
        }
        status = sdcard_block.write(sdcard_block.ctx, sector + done, now, sectors);
        done += now;
    }
    print_status(status == DR_OK ? sdcard_block.sync(sdcard_block.ctx) : status);
}

static void run_check(char *rest)
{
    uint32_t sector = number(&rest), count = number(&rest), seed = number(&rest), wrong = 0;
    enum dr_status status = DR_OK;
    for (uint32_t done = 0; status == DR_OK && done < count;) {
        uint32_t now = count - done < BATCH ? count - done : BATCH;
        status = sdcard_block.read(sdcard_block.ctx, sector + done, now, sectors);
        for (uint32_t i = 0; i < now * PORT_SECTOR_SIZE; i++) {
            wrong += sectors[i] != pattern(sector + done + i / PORT_SECTOR_SIZE, i % PORT_SECTOR_SIZE, seed) ? 1U : 0U;
        }
        done += now;
    }
    print_status(status);
    print(" wrong ");
    print_number(wrong);
}

/* A frame, a diagonal and a block: tells orientation and whether pixels are where they belong. */
static void run_draw(char *rest)
{
    (void)rest;
    memset(&frame, 0, sizeof(frame));
    for (uint32_t y = 0; y < PORT_DISPLAY_HEIGHT; y++) {
        for (uint32_t x = 0; x < PORT_DISPLAY_WIDTH; x++) {
            if (x == 0 || y == 0 || x == PORT_DISPLAY_WIDTH - 1U || y == PORT_DISPLAY_HEIGHT - 1U || x == y ||
                (x >= 80U && x < 112U && y >= 8U && y < 16U)) {
                frame.rows[y][x / 8U] |= (uint8_t)(0x80U >> (x % 8U));
            }
        }
    }
    oled_display.show(oled_display.ctx, &frame);
    print("ok");
}

static void run_buttons(char *rest)
{
    (void)rest;
    print("ok ");
    print_number(board_buttons.released(board_buttons.ctx));
}

static void run_page(char *rest)
{
    (void)rest;
    uint8_t page[BOARD_FACTORY_PAGE_SIZE];
    print_status(board_system.factory_page(board_system.ctx, page));
    print(" ");
    print_hex(page, 16);
}

static void run_noise(char *rest)
{
    (void)rest;
    uint8_t noise[32];
    size_t len = board_system.noise(board_system.ctx, noise, sizeof(noise));
    print("ok ");
    print_hex(noise, len);
}

static void run_memory(char *rest)
{
    (void)rest;
    struct port_memory memory = {0};
    board_system.memory(board_system.ctx, &memory);
    print("ok libnfc ");
    print_number(memory.libnfc_used);
    print(" of ");
    print_number(memory.libnfc_size);
    print(" stack ");
    print_number(memory.stack_used);
    print(" of ");
    print_number(memory.stack_size);
    print(" lost ");
    print_number(serial_lost(&serial_host) + serial_lost(&serial_nfc) + serial_lost(&serial_mrz));
    print(" ms ");
    print_number(board_ticks());
}

static void run_mrz(char *rest)
{
    (void)rest;
    char text[129];
    size_t len = serial_read(&serial_mrz, (uint8_t *)text, sizeof(text) - 1U);
    text[len] = '\0';
    print("ok ");
    print(text);
}

static void run_open(char *rest)
{
    (void)rest;
    print_status(nfc.open(nfc.ctx));
}

static void run_activate(char *rest)
{
    (void)rest;
    struct port_nfc_target target;
    uint32_t since = board_ticks();
    enum dr_status status = nfc.activate(nfc.ctx, &target);
    print_status(status);
    if (status == DR_OK) {
        const char type[] = {' ', target.type, ' ', '\0'};
        print(type);
        print_hex(target.uid, target.uid_len);
    }
    print(" ms ");
    print_number(board_ticks() - since);
}

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* apdu TIMEOUT HEX */
static void run_apdu(char *rest)
{
    uint8_t command[PORT_NFC_MAX_COMMAND + 1U], response[PORT_NFC_MAX_RESPONSE];
    size_t len = 0, response_len = sizeof(response);
    uint32_t timeout = number(&rest);
    while (*rest == ' ') {
        rest++;
    }
    while (rest[0] != '\0' && rest[1] != '\0' && len < sizeof(command)) {
        command[len++] = (uint8_t)(nibble(rest[0]) << 4 | nibble(rest[1]));
        rest += 2;
    }
    uint32_t since = board_ticks();
    print_status(nfc.transceive(nfc.ctx, command, len, response, &response_len, timeout));
    print(" ");
    print_hex(response, response_len);
    print(" ms ");
    print_number(board_ticks() - since);
}

static void run_release(char *rest)
{
    (void)rest;
    nfc.release(nfc.ctx);
    print("ok");
}

/* hang: the watchdog interrupts. hang masked: it cannot, and resets. */
static void run_hang(char *rest)
{
    print("ok\n");
    if (strcmp(rest, " masked") == 0) {
        __asm__ volatile("cpsid i" ::: "memory");
    }
    for (;;) {
    }
}

/* Deeper until the stack leaves RAM. */
static uint32_t descend(volatile const uint32_t *above) // NOLINT(misc-no-recursion)
{
    volatile uint32_t frame_words[32];
    frame_words[0] = above[0] + 1U;
    return frame_words[0] == UINT32_MAX ? 0 : descend(frame_words) + frame_words[0];
}

static void run_fault(char *rest)
{
    static volatile uint32_t zero;
    print("ok\n");
    if (strcmp(rest, " null") == 0) {
        zero = *(volatile uint32_t *)(uintptr_t)zero;
    } else if (strcmp(rest, " flash") == 0) {
        *(volatile uint32_t *)(uintptr_t)0x1000U = 0;
    } else if (strcmp(rest, " ram") == 0) {
        sectors[0] = 0x70; /* bx lr: 4770 */
        sectors[1] = 0x47;
        ((void (*)(void))((uintptr_t)sectors | 1U))();
    } else if (strcmp(rest, " stack") == 0) {
        zero = descend(&zero);
    } else if (strcmp(rest, " divide") == 0) {
        zero = 1000U / zero;
    } else {
        abort();
    }
    print("error: no fault\n");
}

static void run_restart(char *rest)
{
    (void)rest;
    print("ok\n");
    board_restart();
}

static void run_echo(char *rest)
{
    print("ok");
    print(rest);
}

static const struct {
    const char *name;
    void (*run)(char *rest);
} commands[] = {
    {"echo", run_echo},       {"card", run_card},       {"write", run_write}, {"check", run_check},
    {"draw", run_draw},       {"buttons", run_buttons}, {"page", run_page},   {"noise", run_noise},
    {"memory", run_memory},   {"mrz", run_mrz},         {"open", run_open},   {"activate", run_activate},
    {"apdu", run_apdu},       {"release", run_release}, {"hang", run_hang},   {"fault", run_fault},
    {"restart", run_restart},
};

static void run_line(char *line)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        size_t len = strlen(commands[i].name);
        if (strncmp(line, commands[i].name, len) == 0 && (line[len] == ' ' || line[len] == '\0')) {
            commands[i].run(line + len);
            print("\n");
            return;
        }
    }
    print("error: no such command\n");
}

int main(void)
{
    static char line[LINE_SIZE];
    size_t len = 0;
    struct fault_report report;
    oled_start();
    nfc_libnfc_init(&reader, &nfc, "pn532_uart:uart1", &libnfc_uart_bus);
    if (fault_take(&report)) {
        char text[FAULT_TEXT_SIZE];
        fault_text(&report, text);
        print(text);
        print("\n");
    }
    print("ready\n");
    for (;;) {
        uint8_t byte = 0;
        board_alive();
        if (serial_read(&serial_host, &byte, 1) == 0) {
            serial_wait(&serial_host);
        } else if (byte == '\n') {
            line[len] = '\0';
            len = 0;
            run_line(line);
        } else if (byte != '\r' && len < sizeof(line) - 1U) {
            line[len++] = (char)byte;
        }
    }
}
