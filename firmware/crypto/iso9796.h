/* ISO/IEC 9796-2 digital signature scheme 1 with message recovery, as Active Authentication uses it (ICAO 9303-11 6.1.2.2). */
#ifndef DOCREV_CRYPTO_ISO9796_H
#define DOCREV_CRYPTO_ISO9796_H

#include "crypto/public_key.h"

/*
 * Does the signature, over a recoverable part M1 of its own and the non-recoverable `m2`, verify under the RSA key? The trailer
 * tells the hash: BC is SHA-1; 38CC, 34CC, 36CC, 35CC are SHA-224, -256, -384, -512. Partial recovery (6A) only: M2 is never
 * inside. DR_ERR_SIGNATURE when not; DR_ERR_UNSUPPORTED for a key of no usable size.
 */
enum dr_status iso9796_verify(const struct public_key *key, struct bytes m2, struct bytes signature);

/* The representative F recovered from a signature: header, M1, hash, trailer. For iso9796_verify and its test. */
enum dr_status iso9796_check(struct bytes representative, struct bytes m2);

#endif
