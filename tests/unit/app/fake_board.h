/* A board in memory: card, lines, display, tick. Each test file has its own. */
#ifndef DOCREV_TESTS_FAKE_BOARD_H
#define DOCREV_TESTS_FAKE_BOARD_H

#include "app/device.h"

#include <stdlib.h>

#define FAKE_SECTORS 8192U

struct fake_line {
    uint8_t in[16384], out[65536];
    size_t in_len, in_at, out_len;
};

static struct fake_board {
    uint8_t card[FAKE_SECTORS * PORT_SECTOR_SIZE];
    bool card_present, card_fails, factory_present, factory_locked, reader_silent;
    uint32_t ticks, tick_step, buttons;
    unsigned shown, opened, polled;
    struct port_frame frame;
    struct fake_line host, mrz;
} board;

static enum dr_status fake_range(uint32_t sector, uint32_t count)
{
    if (!board.card_present || board.card_fails) {
        return DR_ERR_IO;
    }
    return sector + count <= FAKE_SECTORS ? DR_OK : DR_ERR_ARGUMENT;
}

static enum dr_status fake_read(void *ctx, uint32_t sector, uint32_t count, uint8_t *data)
{
    enum dr_status status = fake_range(sector, count);

    (void)ctx;
    if (status == DR_OK) {
        memcpy(data, board.card + sector * PORT_SECTOR_SIZE, count * PORT_SECTOR_SIZE);
    }
    return status;
}

static enum dr_status fake_write(void *ctx, uint32_t sector, uint32_t count, const uint8_t *data)
{
    enum dr_status status = fake_range(sector, count);

    (void)ctx;
    if (status == DR_OK) {
        memcpy(board.card + sector * PORT_SECTOR_SIZE, data, count * PORT_SECTOR_SIZE);
    }
    return status;
}

static enum dr_status fake_sync(void *ctx)
{
    (void)ctx;
    return DR_OK;
}

static struct port_block fake_block;

static enum dr_status fake_probe(void *ctx)
{
    (void)ctx;
    fake_block.sector_count = board.card_present && !board.card_fails ? FAKE_SECTORS : 0;
    return fake_block.sector_count > 0 ? DR_OK : DR_ERR_IO;
}

static enum dr_status fake_open(void *ctx)
{
    (void)ctx;
    board.opened++;
    return board.reader_silent ? DR_ERR_NO_READER : DR_OK;
}

static enum dr_status fake_activate(void *ctx, struct port_nfc_target *target)
{
    (void)ctx, (void)target;
    board.polled++;
    return board.reader_silent ? DR_ERR_NO_READER : DR_ERR_NO_CARD;
}

static enum dr_status fake_transceive(void *ctx, const uint8_t *command, size_t command_len, uint8_t *response,
                                      size_t *response_len, uint32_t timeout_ms)
{
    (void)ctx, (void)command, (void)command_len, (void)response, (void)response_len, (void)timeout_ms;
    return DR_ERR_NO_CARD;
}

static void fake_release(void *ctx)
{
    (void)ctx;
}

static size_t fake_line_read(void *ctx, uint8_t *data, size_t cap)
{
    struct fake_line *line = ctx;
    size_t len = line->in_len - line->in_at < cap ? line->in_len - line->in_at : cap;

    memcpy(data, line->in + line->in_at, len);
    line->in_at += len;
    return len;
}

static void fake_line_write(void *ctx, const uint8_t *data, size_t len)
{
    struct fake_line *line = ctx;

    if (len > sizeof line->out - line->out_len) {
        abort();
    }
    memcpy(line->out + line->out_len, data, len);
    line->out_len += len;
}

static void fake_show(void *ctx, const struct port_frame *frame)
{
    (void)ctx;
    board.shown++;
    board.frame = *frame;
}

static uint32_t fake_released(void *ctx)
{
    uint32_t buttons = board.buttons;

    (void)ctx;
    board.buttons = 0;
    return buttons;
}

static uint32_t fake_ticks(void *ctx)
{
    (void)ctx;
    return board.ticks += board.tick_step;
}

static size_t fake_noise(void *ctx, uint8_t *data, size_t cap)
{
    (void)ctx;
    memset(data, 0x5A, cap);
    return cap;
}

static enum dr_status fake_factory_page(void *ctx, uint8_t page[128])
{
    struct factory_page factory = {.device_id = {0xD0, 0xC2, 0xE7, 1, 2, 3, 4, 5}, .locked = board.factory_locked};

    (void)ctx;
    if (!board.factory_present) {
        memset(page, 0xFF, FACTORY_PAGE_SIZE);
        return DR_OK;
    }
    memset(factory.device_secret, 0x11, sizeof factory.device_secret);
    memset(factory.first_seed, 0x22, sizeof factory.first_seed);
    factory_page_write(&factory, page);
    return DR_OK;
}

static void fake_memory(void *ctx, struct port_memory *memory)
{
    (void)ctx;
    *memory = (struct port_memory){1, 2, 3, 4, 5, 6};
}

static const struct port_nfc fake_nfc = {NULL, fake_open, fake_activate, fake_transceive, fake_release};
static const struct port_stream fake_host = {&board.host, fake_line_read, fake_line_write};
static const struct port_stream fake_mrz = {&board.mrz, fake_line_read, fake_line_write};
static const struct port_display fake_display = {NULL, fake_show};
static const struct port_buttons fake_buttons = {NULL, fake_released};
static const struct port_system fake_system = {
    .ticks_ms = fake_ticks, .noise = fake_noise, .factory_page = fake_factory_page, .memory = fake_memory};
static const struct device_ports fake_ports = {"fake",    &fake_block,   &fake_nfc,     &fake_host,
                                               &fake_mrz, &fake_display, &fake_buttons, &fake_system};

/* A board with a blank card and a factory page. */
static inline void fake_board_reset(void)
{
    memset(&board, 0, sizeof board);
    board.card_present = board.factory_present = true;
    board.tick_step = 1;
    fake_block = (struct port_block){NULL, FAKE_SECTORS, fake_read, fake_write, fake_sync, fake_probe};
}

static inline void fake_type(struct fake_line *line, const char *text)
{
    size_t len = strlen(text);

    memcpy(line->in + line->in_len, text, len);
    line->in_len += len;
}

/* Has this been printed since the last fake_forget? */
static inline bool fake_printed(const char *words)
{
    return memmem(board.host.out, board.host.out_len, words, strlen(words)) != NULL;
}

static inline void fake_forget(void)
{
    board.host.out_len = 0;
}

#endif
