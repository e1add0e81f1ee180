#include "noise.h"

#include "board.h"
#include "lm3s6965.h"

#include <string.h>

#define POOL_WORDS 8U
#define RAM_BASE 0x20000000U
#define RAM_WORDS (65536U / 4U)

static volatile uint32_t pool[POOL_WORDS];
static volatile uint32_t position;

static uint32_t stir(uint32_t state, uint32_t value)
{
    state = (state ^ value) * 0x9E3779B1U;
    return (state << 13) | (state >> 19);
}

uint32_t noise_hash_leftover_ram(void)
{
    uint32_t state = 0;
    for (uint32_t i = 0; i < RAM_WORDS; i++) {
        state = stir(state, REG(RAM_BASE + 4U * i));
    }
    return state;
}

/* A race between an interrupt and main loses one event at worst. */
void noise_add(uint32_t event)
{
    uint32_t at = position % POOL_WORDS;
    position = at + 1U;
    uint32_t before = pool[(at + POOL_WORDS - 1U) % POOL_WORDS];
    pool[at] = stir(pool[at] ^ before, event ^ (SYST_CVR << 8) ^ board_ticks());
}

size_t noise_take(uint8_t *data, size_t cap)
{
    for (uint32_t i = 0; i < 2U * POOL_WORDS; i++) {
        noise_add(i);
    }
    size_t len = cap < sizeof(pool) ? cap : sizeof(pool);
    for (size_t i = 0; i < len; i++) {
        data[i] = (uint8_t)(pool[i / 4U] >> (8U * (i % 4U)));
    }
    for (uint32_t i = 0; i < POOL_WORDS; i++) {
        noise_add(i);
    }
    return len;
}
