/* Random numbers: one CTR_DRBG (SP 800-90A) for the whole device, from a persisted seed plus whatever noise there is. */
#ifndef DOCREV_CRYPTO_DRBG_H
#define DOCREV_CRYPTO_DRBG_H

#include "codec/bytes.h"
#include "port/status.h"

#define DRBG_SEED_SIZE 32U

/*
 * Instantiates from the persisted seed and noise. The caller must store drbg_next_seed() durably before it uses any
 * output, so that a power cut never makes the device repeat itself (DESIGN, Storage).
 */
enum dr_status drbg_init(const uint8_t seed[DRBG_SEED_SIZE], struct bytes noise);

/* The seed for the next start. Independent of later output. */
enum dr_status drbg_next_seed(uint8_t seed[DRBG_SEED_SIZE]);

/* Mixes in what others contributed (chip challenges, host nonces, jitter). Never lowers what is there. */
enum dr_status drbg_mix(struct bytes contribution);

enum dr_status drbg_random(uint8_t *out, size_t len);

/* For mbedTLS's f_rng parameters; p_rng is not used. */
int drbg_mbedtls(void *unused, unsigned char *out, size_t len);

bool drbg_ready(void);

#endif
