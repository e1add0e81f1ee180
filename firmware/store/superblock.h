/* The superblock: who is current, sealed, in two copies of which the newest authentic one counts. */
#ifndef DOCREV_STORE_SUPERBLOCK_H
#define DOCREV_STORE_SUPERBLOCK_H

#include "store/sealed_block.h"

#define SUPERBLOCK_VERSION 2U

/*
 * On the medium, nine sectors: 4,096 octets of ciphertext, the tag (16), and in clear "DOCREVSB" (8), format version (u16),
 * zeros (6), salt (16), zeros.
 *
 * Plaintext (big-endian): sequence u64, seed[32], time floor u64, counters 4 x u64, sectors of the medium u32, blocks of the audit
 * ring u32; device key: salt[32], public point[65]; audit: on u8, next u64, segment u64, lost u32, key[32], head[32],
 * oversight[32], wrapped[113]; objects u8,
 * then per object first block of slot 0 u32, of slot 1 u32, blocks of a slot u32; then per object
 *   present u8, slot u8, CMS length u32, body blocks u32, salt[16], SHA-256 of the CMS[32], floor u64, nextUpdate as signed u64,
 *   list id[33], number u64, thisUpdate u64, nextUpdate u64, entry count u64, body length u64, root[32];
 * dates by officers u32; per object series u32; zeros (about 2,300 octets for later versions).
 *
 * Why no (key, nonce) ever seals two plaintexts here: the salt is not drawn, it is the HMAC of the plaintext under a key of
 * its own (as the synthetic IV of RFC 5297), the key is HKDF(device secret, salt), and the nonce is 0. Equal salts mean equal
 * plaintexts (but for a collision of 128 bits), whatever the power, the DRBG or an attacker who sets the card back do. The
 * plaintext holds a fresh seed, so that ciphertexts do not show which states are equal either.
 */

/* Puts the state and `seed` into the superblock copy that is not active, with the next sequence number, and makes it the
 * active one. On failure nothing of `store` changes. */
enum dr_status superblock_write(struct store *store, const uint8_t seed[DRBG_SEED_SIZE]);

/*
 * Chooses the newest authentic copy and reads it into geometry, state, active_superblock and `seed`. `trace` gets a digest
 * of both copies as they lie on the medium. DR_ERR_NOT_FOUND: neither is a superblock; DR_ERR_UNSUPPORTED: of another
 * version; DR_ERR_CORRUPT; DR_ERR_IO: the medium cannot be read.
 */
enum dr_status superblock_load(struct store *store, uint8_t seed[DRBG_SEED_SIZE], uint8_t trace[HASH_SHA256_SIZE]);

#endif
