#include "ram_block.h"

#include <stdlib.h>
#include <string.h>

static uint32_t scramble(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static uint8_t *sector_of(uint8_t *image, uint32_t sector)
{
    return image + (size_t)sector * PORT_SECTOR_SIZE;
}

static void garble(struct ram_block *block, uint32_t sector)
{
    uint32_t state = 0x9E3779B9U ^ (sector * 2654435761U);

    for (size_t i = 0; i < PORT_SECTOR_SIZE; i++) {
        sector_of(block->durable, sector)[i] = (uint8_t)scramble(&state);
    }
}

static void settle_cache(struct ram_block *block)
{
    uint32_t state = block->reorder;

    for (uint32_t sector = 0; sector < block->port.sector_count; sector++) {
        if (block->dirty[sector] && (state == 0 || scramble(&state) % 2U == 0)) {
            memcpy(sector_of(block->durable, sector), sector_of(block->seen, sector), PORT_SECTOR_SIZE);
        }
        block->dirty[sector] = false;
    }
}

static void cut(struct ram_block *block, uint32_t sector, const uint8_t *data)
{
    block->dead = true;
    block->dirty[sector] = false; /* what becomes of this one is told by `tear` */
    settle_cache(block);
    switch (block->tear) {
    case RAM_BLOCK_WHOLE:
        memcpy(sector_of(block->durable, sector), data, PORT_SECTOR_SIZE);
        break;
    case RAM_BLOCK_ABSENT:
        break;
    case RAM_BLOCK_TORN:
        memcpy(sector_of(block->durable, sector), data, block->tear_at);
        break;
    case RAM_BLOCK_NEIGHBOUR:
        if (sector > 0) {
            garble(block, sector - 1U);
        }
        garble(block, sector);
        break;
    case RAM_BLOCK_GARBAGE:
        garble(block, sector);
        break;
    }
}

static bool outside(const struct ram_block *block, uint32_t sector, uint32_t count)
{
    return count == 0 || count > block->port.sector_count || sector > block->port.sector_count - count;
}

static enum dr_status read_sectors(void *ctx, uint32_t sector, uint32_t count, uint8_t *data)
{
    struct ram_block *block = ctx;

    block->calls_read++;
    if (block->dead || block->calls_read == block->fail_read) {
        return DR_ERR_IO;
    }
    if (outside(block, sector, count)) {
        return DR_ERR_ARGUMENT;
    }
    memcpy(data, sector_of(block->seen, sector), (size_t)count * PORT_SECTOR_SIZE);
    block->reads += count;
    return DR_OK;
}

static enum dr_status write_sectors(void *ctx, uint32_t sector, uint32_t count, const uint8_t *data)
{
    struct ram_block *block = ctx;

    block->calls_write++;
    if (block->dead || block->calls_write == block->fail_write) {
        return DR_ERR_IO;
    }
    if (outside(block, sector, count)) {
        return DR_ERR_ARGUMENT;
    }
    for (uint32_t i = 0; i < count && !block->ignore_writes; i++) {
        const uint8_t *from = data + (size_t)i * PORT_SECTOR_SIZE;

        block->writes++;
        if (block->writes == block->cut_at) {
            cut(block, sector + i, from);
            return DR_ERR_IO;
        }
        memcpy(sector_of(block->seen, sector + i), from, PORT_SECTOR_SIZE);
        block->dirty[sector + i] = true;
    }
    return DR_OK;
}

static enum dr_status sync_sectors(void *ctx)
{
    struct ram_block *block = ctx;

    block->calls_sync++;
    if (block->dead || block->calls_sync == block->fail_sync) {
        return DR_ERR_IO;
    }
    block->syncs++;
    for (uint32_t sector = 0; sector < block->port.sector_count; sector++) {
        if (block->dirty[sector]) {
            memcpy(sector_of(block->durable, sector), sector_of(block->seen, sector), PORT_SECTOR_SIZE);
            block->dirty[sector] = false;
        }
    }
    return DR_OK;
}

size_t ram_block_size(const struct ram_block *block)
{
    return (size_t)block->port.sector_count * PORT_SECTOR_SIZE;
}

void ram_block_init(struct ram_block *block, uint32_t sectors)
{
    memset(block, 0, sizeof *block);
    block->port = (struct port_block){
        .ctx = block, .sector_count = sectors, .read = read_sectors, .write = write_sectors, .sync = sync_sectors};
    block->seen = calloc(sectors, PORT_SECTOR_SIZE);
    block->durable = calloc(sectors, PORT_SECTOR_SIZE);
    block->dirty = calloc(sectors, sizeof *block->dirty);
    if (block->seen == NULL || block->durable == NULL || block->dirty == NULL) {
        abort();
    }
}

void ram_block_free(struct ram_block *block)
{
    free(block->seen);
    free(block->durable);
    free(block->dirty);
}

static void clear_faults(struct ram_block *block)
{
    block->writes = block->reads = block->syncs = 0;
    block->calls_read = block->calls_write = block->calls_sync = 0;
    block->cut_at = block->fail_read = block->fail_write = block->fail_sync = 0;
    block->ignore_writes = false;
    block->dead = false;
}

void ram_block_power_on(struct ram_block *block)
{
    memcpy(block->seen, block->durable, ram_block_size(block));
    memset(block->dirty, 0, block->port.sector_count * sizeof *block->dirty);
    clear_faults(block);
}

void ram_block_power_off(struct ram_block *block)
{
    block->dead = true;
    settle_cache(block);
}

void ram_block_save(const struct ram_block *block, uint8_t *image)
{
    memcpy(image, block->durable, ram_block_size(block));
}

void ram_block_load(struct ram_block *block, const uint8_t *image)
{
    memcpy(block->durable, image, ram_block_size(block));
    ram_block_power_on(block);
}

void ram_block_flip(struct ram_block *block, size_t octet, unsigned bit)
{
    block->seen[octet] ^= (uint8_t)(1U << bit);
    block->durable[octet] ^= (uint8_t)(1U << bit);
}
