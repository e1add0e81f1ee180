/* A block device in memory that can fail, tear and lose power, with a write cache as SD cards have one. */
#ifndef DOCREV_TESTS_RAM_BLOCK_H
#define DOCREV_TESTS_RAM_BLOCK_H

#include "port/block.h"

#include <stdbool.h>
#include <stddef.h>

/* What becomes of the sector whose write the power cut meets. */
enum ram_block_tear {
    RAM_BLOCK_WHOLE,    /* it is there, and everything before it */
    RAM_BLOCK_ABSENT,   /* the old content is */
    RAM_BLOCK_TORN,     /* the first tear_at octets are new */
    RAM_BLOCK_GARBAGE,  /* neither */
    RAM_BLOCK_NEIGHBOUR /* garbage, and the sector before it too */
};

struct ram_block {
    struct port_block port;
    uint8_t *seen;    /* what reads give: everything written */
    uint8_t *durable; /* what a power cut leaves of it */
    bool *dirty;      /* written since the last sync */
    uint32_t writes;  /* sectors written since ram_block_power_on */
    uint32_t reads, syncs;

    /* The power goes at this sector write (counted from 1; 0: never), then every call fails until ram_block_power_on. */
    uint32_t cut_at;
    enum ram_block_tear tear;
    uint32_t tear_at;
    uint32_t
        reorder; /* 0: unsynced sectors before the cut are there; else the seed that picks which of them are lost */
    bool dead;

    /* The call with this number (from 1; 0: none) fails with DR_ERR_IO, without effect. */
    uint32_t fail_read, fail_write, fail_sync;
    uint32_t calls_read, calls_write, calls_sync;
    bool ignore_writes; /* a worn card that says yes */
};

void ram_block_init(struct ram_block *block, uint32_t sectors);
void ram_block_free(struct ram_block *block);

/* Power comes back: what was durable is what there is. Counters and faults are cleared. */
void ram_block_power_on(struct ram_block *block);
/* Power goes now, between two writes. */
void ram_block_power_off(struct ram_block *block);

/* The whole medium, of sectors * 512 octets, out and in. */
void ram_block_save(const struct ram_block *block, uint8_t *image);
void ram_block_load(struct ram_block *block, const uint8_t *image);
size_t ram_block_size(const struct ram_block *block);

/* Flips one bit of the medium. */
void ram_block_flip(struct ram_block *block, size_t octet, unsigned bit);

#endif
