/* Brainpool curves of RFC 5639 that mbedTLS 3.6 does not have: 192, 224 and 320 bits, for passports and cards that use them. */
#ifndef DOCREV_CRYPTO_BRAINPOOL_SMALL_H
#define DOCREV_CRYPTO_BRAINPOOL_SMALL_H

#include "crypto/public_key.h"

#include <mbedtls/ecp.h>

/* Fills an initialised group; its numbers come from mbedTLS's heap. DR_ERR_UNSUPPORTED for any other curve. */
enum dr_status brainpool_small_load(mbedtls_ecp_group *group, enum curve_id curve);

#endif
