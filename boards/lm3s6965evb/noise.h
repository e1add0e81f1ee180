/* Whatever varies on a board without a random number generator. */
#ifndef DOCREV_BOARD_NOISE_H
#define DOCREV_BOARD_NOISE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A pool of 32 bytes into which events stir the cycle counter of the tick: when a UART byte or the end of an SSI
 * transfer arrives depends on clocks of others. What RAM held at power-up goes in first. It is a contribution, never the
 * only source: firmware/crypto/drbg.h has a persisted seed beside it.
 */
uint32_t noise_hash_leftover_ram(void);
/* From interrupts and main alike. */
void noise_add(uint32_t event);
/* At most 32 bytes; stirs the pool, so that no two calls give the same. */
size_t noise_take(uint8_t *data, size_t cap);

#endif
