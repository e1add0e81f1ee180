/* The linker's two names of mbedtls_ecp_group_load (ld --wrap): brainpool.c adds a fast reduction to what mbedTLS loads. */
#ifndef DOCREV_CRYPTO_BRAINPOOL_H
#define DOCREV_CRYPTO_BRAINPOOL_H

#include <mbedtls/ecp.h>

/* mbedTLS's own. */
int __real_mbedtls_ecp_group_load(mbedtls_ecp_group *group, mbedtls_ecp_group_id id);

/* What every call of mbedtls_ecp_group_load outside ecp_curves.c becomes. */
int __wrap_mbedtls_ecp_group_load(mbedtls_ecp_group *group, mbedtls_ecp_group_id id);

#endif
