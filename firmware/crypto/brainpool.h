/*
 * A fast reduction for the Brainpool curves (RFC 5639).
 * Linked with --wrap=mbedtls_ecp_group_load, so that whatever loads a Brainpool curve gets the reduction.
 */
#ifndef DOCREV_CRYPTO_BRAINPOOL_H
#define DOCREV_CRYPTO_BRAINPOOL_H

#include "crypto/public_key.h"

#include <mbedtls/ecp.h>

/* Gives a loaded group Barrett's reduction; does nothing for other curves. */
void brainpool_reduce_fast(mbedtls_ecp_group *group, enum curve_id curve);

/* mbedTLS's own loader, and what every call of it outside ecp_curves.c becomes. */
int __real_mbedtls_ecp_group_load(mbedtls_ecp_group *group, mbedtls_ecp_group_id id);
int __wrap_mbedtls_ecp_group_load(mbedtls_ecp_group *group, mbedtls_ecp_group_id id);

#endif
