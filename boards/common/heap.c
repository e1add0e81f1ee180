#include "heap.h"

#include <stdbool.h>
#include <stdlib.h>

/* Blocks lie one after the other, each with its size before it; first fit, free neighbours joined on the way. */
#define ALIGNMENT 8U
#define USED 1U

struct block {
    uint32_t size_used; /* bytes with header, a multiple of ALIGNMENT; lowest bit: in use */
    uint32_t requested;
};

static _Alignas(ALIGNMENT) uint8_t pool[HEAP_SIZE];
static bool started;
static uint32_t in_use, most_in_use;

static struct block *at(uint32_t offset)
{
    return (struct block *)(void *)(pool + offset);
}

static uint32_t size_of(const struct block *block)
{
    return block->size_used & ~USED;
}

static bool is_used(const struct block *block)
{
    return (block->size_used & USED) != 0;
}

static void join_free_neighbours(uint32_t offset)
{
    struct block *block = at(offset);
    uint32_t next = offset + size_of(block);
    while (next < HEAP_SIZE && !is_used(at(next))) {
        block->size_used += size_of(at(next));
        next = offset + size_of(block);
    }
}

void *heap_allocate(size_t size)
{
    if (!started) {
        at(0)->size_used = HEAP_SIZE;
        started = true;
    }
    if (size == 0 || size > HEAP_SIZE - sizeof(struct block)) {
        return NULL;
    }
    uint32_t need = ((uint32_t)size + (uint32_t)sizeof(struct block) + ALIGNMENT - 1U) & ~(ALIGNMENT - 1U);
    for (uint32_t offset = 0; offset < HEAP_SIZE; offset += size_of(at(offset))) {
        struct block *block = at(offset);
        if (is_used(block)) {
            continue;
        }
        join_free_neighbours(offset);
        uint32_t have = size_of(block);
        if (have < need) {
            continue;
        }
        if (have - need > sizeof(struct block)) {
            at(offset + need)->size_used = have - need;
            have = need;
        }
        block->size_used = have | USED;
        block->requested = (uint32_t)size;
        in_use += have;
        most_in_use = in_use > most_in_use ? in_use : most_in_use;
        return block + 1;
    }
    return NULL;
}

void heap_release(void *memory)
{
    if (memory == NULL) {
        return;
    }
    uintptr_t offset = (uintptr_t)memory - (uintptr_t)pool;
    if (offset < sizeof(struct block) || offset >= HEAP_SIZE || offset % ALIGNMENT != 0 ||
        !is_used((struct block *)memory - 1)) {
        abort();
    }
    struct block *block = (struct block *)memory - 1;
    block->size_used &= ~USED;
    in_use -= size_of(block);
}

size_t heap_size_of(const void *memory)
{
    return ((const struct block *)memory - 1)->requested;
}

uint32_t heap_high_water(void)
{
    return most_in_use;
}
