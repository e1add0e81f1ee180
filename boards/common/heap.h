/* A fixed pool behind malloc for boards without a heap. libnfc is the only user (firmware/ does not allocate). */
#ifndef DOCREV_BOARDS_HEAP_H
#define DOCREV_BOARDS_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* Measured: libnfc's high-water mark is 2.2 KB with connection strings of 64 bytes (cmake/ThirdParty.cmake). */
#define HEAP_SIZE 3072U

/* NULL when there is no room or size is 0. Aligned to 8. */
void *heap_allocate(size_t size);
/* NULL is allowed; memory freed already, or never allocated, ends the program. */
void heap_release(void *memory);
/* What was asked for when `memory` was allocated. */
size_t heap_size_of(const void *memory);
/* Most bytes in use at once since start, headers included. */
uint32_t heap_high_water(void);

#endif
