#include "sdcard.h"

#include "board.h"
#include "ssi.h"

#include <stdbool.h>

/* Commands (7.3.1.3) and tokens (7.3.3). */
enum {
    GO_IDLE_STATE = 0,
    SEND_IF_COND = 8,
    SEND_CSD = 9,
    STOP_TRANSMISSION = 12,
    SEND_STATUS = 13,
    SET_BLOCKLEN = 16,
    READ_SINGLE_BLOCK = 17,
    READ_MULTIPLE_BLOCK = 18,
    WRITE_BLOCK = 24,
    WRITE_MULTIPLE_BLOCK = 25,
    APP_SEND_OP_COND = 41,
    APP_CMD = 55,
    READ_OCR = 58
};

#define R1_READY 0x00U
#define R1_IDLE 0x01U
#define R1_ILLEGAL_COMMAND 0x04U
#define R1_NONE 0xFFU

#define TOKEN_START 0xFEU
#define TOKEN_START_MULTIPLE 0xFCU
#define TOKEN_STOP_MULTIPLE 0xFDU
#define DATA_RESPONSE_MASK 0x1FU
#define DATA_ACCEPTED 0x05U

#define CHECK_PATTERN 0x1AAU /* 2.7 to 3.6 V, and a pattern the card repeats (4.3.13) */
#define OCR_CCS 0x40U        /* card capacity status, in the first byte: addresses are sectors, not bytes */
#define HOST_CAPACITY_SUPPORT 0x40000000U

#define RESPONSE_BYTES 10U /* N_CR is at most 8 */
#define START_MS 1000U     /* 4.2.3: initialisation takes at most a second */
#define READ_MS 300U       /* 4.6.2: 100 ms, with a margin for slow cards */
#define WRITE_MS 600U      /* 4.6.2.2: 250 ms, 500 ms for large cards */

#define CSD_SIZE 16U

static bool by_sector;

static bool expired(uint32_t since, uint32_t limit)
{
    return board_ticks() - since >= limit;
}

static bool wait_not_busy(uint32_t limit)
{
    uint32_t since = board_ticks();
    while (ssi_exchange(0xFF) != 0xFF) {
        if (expired(since, limit)) {
            return false;
        }
    }
    return true;
}

/* 7.3.1.1; the check sums of CMD0 and CMD8 are the only ones a card looks at in SPI mode (7.2.2). */
static uint8_t command(uint8_t index, uint32_t argument)
{
    if (index != GO_IDLE_STATE && index != STOP_TRANSMISSION && !wait_not_busy(WRITE_MS)) {
        return R1_NONE;
    }
    (void)ssi_exchange(0x40U | index);
    (void)ssi_exchange((uint8_t)(argument >> 24));
    (void)ssi_exchange((uint8_t)(argument >> 16));
    (void)ssi_exchange((uint8_t)(argument >> 8));
    (void)ssi_exchange((uint8_t)argument);
    (void)ssi_exchange(index == GO_IDLE_STATE ? 0x95U : 0x87U);
    if (index == STOP_TRANSMISSION) {
        (void)ssi_exchange(0xFF); /* a stuff byte comes before the response */
    }
    uint8_t response = R1_NONE;
    for (uint32_t i = 0; i < RESPONSE_BYTES && (response & 0x80U) != 0; i++) {
        response = ssi_exchange(0xFF);
    }
    return response;
}

static void begin(enum ssi_speed speed)
{
    ssi_select(SSI_CARD, speed);
}

/* The card lets go of its output only with a clock after the deselect. */
static void end(void)
{
    ssi_select(SSI_NONE, SSI_12_MHZ);
    (void)ssi_exchange(0xFF);
}

static bool receive_data(uint8_t *data, uint32_t len)
{
    uint32_t since = board_ticks();
    uint8_t token = 0xFF;
    do {
        token = ssi_exchange(0xFF);
        if (token == 0xFF && expired(since, READ_MS)) {
            return false;
        }
    } while (token == 0xFF);
    if (token != TOKEN_START) {
        return false;
    }
    for (uint32_t i = 0; i < len; i++) {
        data[i] = ssi_exchange(0xFF);
    }
    (void)ssi_exchange(0xFF); /* CRC: what is stored is authenticated by its owner */
    (void)ssi_exchange(0xFF);
    return true;
}

static bool send_data(uint8_t token, const uint8_t *data)
{
    if (!wait_not_busy(WRITE_MS)) {
        return false;
    }
    (void)ssi_exchange(token);
    for (uint32_t i = 0; i < PORT_SECTOR_SIZE; i++) {
        (void)ssi_exchange(data[i]);
    }
    (void)ssi_exchange(0xFF);
    (void)ssi_exchange(0xFF);
    return (ssi_exchange(0xFF) & DATA_RESPONSE_MASK) == DATA_ACCEPTED && wait_not_busy(WRITE_MS);
}

/* 5.3: capacity in sectors; 0 when the card states something this driver does not know. */
static uint32_t sectors_of_csd(const uint8_t csd[CSD_SIZE])
{
    if ((csd[0] >> 6) == 1U) {
        uint32_t size = ((uint32_t)(csd[7] & 0x3FU) << 16) | ((uint32_t)csd[8] << 8) | csd[9];
        return size < 0x3FFFFFU ? (size + 1U) * 1024U : UINT32_MAX;
    }
    uint32_t block_log2 = csd[5] & 0x0FU;
    if ((csd[0] >> 6) != 0 || block_log2 < 9U || block_log2 > 11U) {
        return 0;
    }
    uint32_t size = ((uint32_t)(csd[6] & 3U) << 10) | ((uint32_t)csd[7] << 2) | (csd[8] >> 6);
    uint32_t multiplier_log2 = (((uint32_t)(csd[9] & 3U) << 1) | (csd[10] >> 7)) + 2U;
    return (size + 1U) << (multiplier_log2 + block_log2 - 9U);
}

static bool go_idle(void)
{
    for (uint32_t attempt = 0; attempt < 10U; attempt++) {
        if (command(GO_IDLE_STATE, 0) == R1_IDLE) {
            return true;
        }
    }
    return false;
}

/* 7.2.1, figure 7-2. */
static bool start_card(void)
{
    if (!go_idle()) {
        return false;
    }
    uint32_t host_capacity = 0;
    uint8_t response = command(SEND_IF_COND, CHECK_PATTERN);
    if (response == R1_IDLE) {
        uint32_t echo = 0;
        for (uint32_t i = 0; i < 4U; i++) {
            echo = (echo << 8) | ssi_exchange(0xFF);
        }
        if ((echo & 0xFFFU) != CHECK_PATTERN) {
            return false;
        }
        host_capacity = HOST_CAPACITY_SUPPORT;
    } else if ((response & R1_ILLEGAL_COMMAND) == 0) {
        return false;
    }
    uint32_t since = board_ticks();
    do {
        if (expired(since, START_MS) || command(APP_CMD, 0) > R1_IDLE) {
            return false;
        }
        response = command(APP_SEND_OP_COND, host_capacity);
    } while (response == R1_IDLE);
    if (response != R1_READY || command(READ_OCR, 0) > R1_IDLE) {
        return false;
    }
    by_sector = (ssi_exchange(0xFF) & OCR_CCS) != 0;
    for (uint32_t i = 0; i < 3U; i++) {
        (void)ssi_exchange(0xFF);
    }
    return by_sector || command(SET_BLOCKLEN, PORT_SECTOR_SIZE) == R1_READY;
}

static uint32_t read_capacity(void)
{
    uint8_t csd[CSD_SIZE];
    if (command(SEND_CSD, 0) != R1_READY || !receive_data(csd, sizeof(csd))) {
        return 0;
    }
    uint32_t sectors = sectors_of_csd(csd);
    /* A card addressed by bytes reaches no further than 4 GB. */
    return by_sector || sectors <= UINT32_MAX / PORT_SECTOR_SIZE ? sectors : 0;
}

static enum dr_status probe(void *ctx)
{
    struct port_block *block = ctx;
    block->sector_count = 0;
    ssi_select(SSI_NONE, SSI_400_KHZ);
    for (uint32_t i = 0; i < 10U; i++) {
        (void)ssi_exchange(0xFF); /* 6.4.1.1: at least 74 clocks before the first command */
    }
    begin(SSI_400_KHZ);
    if (start_card()) {
        begin(SSI_12_MHZ);
        block->sector_count = read_capacity();
    }
    end();
    return block->sector_count != 0 ? DR_OK : DR_ERR_IO;
}

static uint32_t address(uint32_t sector)
{
    return by_sector ? sector : sector * PORT_SECTOR_SIZE;
}

static enum dr_status check_range(const struct port_block *block, uint32_t sector, uint32_t count)
{
    if (block->sector_count == 0) {
        return DR_ERR_IO;
    }
    if (count == 0 || sector >= block->sector_count || count > block->sector_count - sector) {
        return DR_ERR_ARGUMENT;
    }
    return DR_OK;
}

static enum dr_status finish(struct port_block *block, bool ok)
{
    end();
    if (!ok) {
        block->sector_count = 0;
        return DR_ERR_IO;
    }
    return DR_OK;
}

static enum dr_status read(void *ctx, uint32_t sector, uint32_t count, uint8_t *data)
{
    struct port_block *block = ctx;
    enum dr_status status = check_range(block, sector, count);
    if (status != DR_OK) {
        return status;
    }
    begin(SSI_12_MHZ);
    bool ok = command(count == 1U ? READ_SINGLE_BLOCK : READ_MULTIPLE_BLOCK, address(sector)) == R1_READY;
    for (uint32_t i = 0; ok && i < count; i++) {
        ok = receive_data(data + (size_t)i * PORT_SECTOR_SIZE, PORT_SECTOR_SIZE);
        board_alive();
    }
    if (ok && count > 1U) {
        ok = command(STOP_TRANSMISSION, 0) == R1_READY && wait_not_busy(READ_MS);
    }
    return finish(block, ok);
}

static bool card_status_good(void)
{
    return command(SEND_STATUS, 0) == R1_READY && ssi_exchange(0xFF) == 0;
}

static enum dr_status write(void *ctx, uint32_t sector, uint32_t count, const uint8_t *data)
{
    struct port_block *block = ctx;
    enum dr_status status = check_range(block, sector, count);
    if (status != DR_OK) {
        return status;
    }
    begin(SSI_12_MHZ);
    bool ok = command(count == 1U ? WRITE_BLOCK : WRITE_MULTIPLE_BLOCK, address(sector)) == R1_READY;
    uint8_t token = count == 1U ? TOKEN_START : TOKEN_START_MULTIPLE;
    for (uint32_t i = 0; ok && i < count; i++) {
        ok = send_data(token, data + (size_t)i * PORT_SECTOR_SIZE);
        board_alive();
    }
    if (ok && count > 1U) {
        (void)ssi_exchange(TOKEN_STOP_MULTIPLE);
        (void)ssi_exchange(0xFF);
        ok = wait_not_busy(WRITE_MS);
    }
    /* A failed programming shows in the status, not in the data response. */
    ok = ok && card_status_good();
    return finish(block, ok);
}

/* The card says not busy only when it has programmed what it took (4.3.4), so this is a question whether all went well. */
static enum dr_status sync(void *ctx)
{
    struct port_block *block = ctx;
    if (block->sector_count == 0) {
        return DR_ERR_IO;
    }
    begin(SSI_12_MHZ);
    return finish(block, wait_not_busy(WRITE_MS) && card_status_good());
}

struct port_block sdcard_block = {.ctx = &sdcard_block, .read = read, .write = write, .sync = sync, .probe = probe};
