/* Port: a block device (SD card, SPI NOR, a file). */
#ifndef DOCREV_PORT_BLOCK_H
#define DOCREV_PORT_BLOCK_H

#include "port/status.h"

#include <stdint.h>

#define PORT_SECTOR_SIZE 512U

/*
 * Sectors of 512 bytes, numbered from 0. A sector write may be torn by a power
 * cut; a write is durable only after sync returned DR_OK, and writes before a
 * sync may reach the medium in any order.
 */
struct port_block {
    void *ctx;             /* handed to every call */
    uint32_t sector_count; /* size of the medium; 0 = no medium */

    /* Reads/writes `count` >= 1 whole sectors from `sector`. DR_ERR_IO on any failure, DR_ERR_ARGUMENT past the end. */
    enum dr_status (*read)(void *ctx, uint32_t sector, uint32_t count, uint8_t *data);
    enum dr_status (*write)(void *ctx, uint32_t sector, uint32_t count, const uint8_t *data);

    /* Returns when everything written is durable. */
    enum dr_status (*sync)(void *ctx);

    /* Looks for a medium anew and sets sector_count; DR_ERR_IO when there is none. To be called while sector_count is 0 and
     * after DR_ERR_IO. NULL where the medium cannot come and go. */
    enum dr_status (*probe)(void *ctx);
};

#endif
