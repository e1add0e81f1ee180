/* ECDSA verification (ANSI X9.62, TR-03111 4.2.1) behind public_key_verify(). */
#ifndef DOCREV_CRYPTO_ECDSA_H
#define DOCREV_CRYPTO_ECDSA_H

#include "crypto/public_key.h"

/* `plain`: r || s, each as long as the group order (TR-03111 5.2.1); else DER Ecdsa-Sig-Value. */
enum dr_status ecdsa_verify(const struct public_key *key, bool plain, struct bytes digest, struct bytes signature);

#endif
