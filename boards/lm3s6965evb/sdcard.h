/* SD card in SPI mode (SD Physical Layer Simplified Specification 7), standard and high capacity. */
#ifndef DOCREV_BOARD_SDCARD_H
#define DOCREV_BOARD_SDCARD_H

#include "port/block.h"

/*
 * sector_count is 0 until sdcard_block.probe found a card. After a failure it is 0 again: the card may have been pulled
 * and another put in, so nothing is retried before the owner of the data has probed and looked at what is there.
 */
extern struct port_block sdcard_block;

#endif
