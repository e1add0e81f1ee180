/* The fixed pool behind malloc. libnfc is the only user (firmware/ does not allocate). */
#ifndef DOCREV_BOARD_HEAP_H
#define DOCREV_BOARD_HEAP_H

#include <stdint.h>

/* Measured: libnfc's high-water mark with one reader open is under 2 KB when connection strings take 64 bytes. */
#define HEAP_SIZE 3072U

/* Most bytes in use at once since start, headers included. */
uint32_t heap_high_water(void);

#endif
