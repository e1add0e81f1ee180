#include "heap.h"

#include <reent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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

void *malloc(size_t size)
{
    if (!started) {
        at(0)->size_used = HEAP_SIZE;
        started = true;
    }
    if (size == 0 || size > HEAP_SIZE - sizeof(struct block)) {
        return NULL;
    }
    uint32_t need = ((uint32_t)size + sizeof(struct block) + ALIGNMENT - 1U) & ~(ALIGNMENT - 1U);
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

void free(void *memory)
{
    if (memory != NULL) {
        struct block *block = (struct block *)memory - 1;
        if (!is_used(block)) {
            abort(); /* freed twice */
        }
        block->size_used &= ~USED;
        in_use -= size_of(block);
    }
}

void *calloc(size_t count, size_t size)
{
    void *memory = size == 0 || count > HEAP_SIZE / size ? NULL : malloc(count * size);
    return memory == NULL ? NULL : memset(memory, 0, count * size);
}

void *realloc(void *memory, size_t size)
{
    void *bigger = malloc(size);
    if (memory != NULL && bigger != NULL) {
        size_t old = ((struct block *)memory - 1)->requested;
        memcpy(bigger, memory, old < size ? old : size);
        free(memory);
    }
    return bigger;
}

/* The names that newlib itself calls: defined, so that its own heap is not linked. */
void *_malloc_r(struct _reent *reent, size_t size)
{
    (void)reent;
    return malloc(size);
}

void _free_r(struct _reent *reent, void *memory)
{
    (void)reent;
    free(memory);
}

void *_calloc_r(struct _reent *reent, size_t count, size_t size)
{
    (void)reent;
    return calloc(count, size);
}

void *_realloc_r(struct _reent *reent, void *memory, size_t size)
{
    (void)reent;
    return realloc(memory, size);
}

uint32_t heap_high_water(void)
{
    return most_in_use;
}
