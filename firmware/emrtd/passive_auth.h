/* Passive Authentication (ICAO 9303-11 5.1): the SOD is signed by a document signer under a CSCA, the groups are those signed. */
#ifndef DOCREV_EMRTD_PASSIVE_AUTH_H
#define DOCREV_EMRTD_PASSIVE_AUTH_H

#include "crypto/hardened.h"
#include "emrtd/lds.h"
#include "trust/chain.h"

/* Every check has its own answer; `genuine` only when all hold. In order of 9303-11 5.1 and TR-03135-1 5.6.4. */
struct passive_auth {
    enum dr_status sod;              /* format: DR_OK, DR_ERR_MALFORMED, ... */
    hardened signature;              /* the SOD's signature under the DSC's key */
    enum dr_status signature_status; /* why not: DR_ERR_SIGNATURE, DR_ERR_UNSUPPORTED */
    struct chain_result chain;
    char signer_country[4]; /* of the DSC's issuer, upper case */
    hardened genuine;       /* signature and chain both hold */
};

/*
 * Verifies the SOD. `sod` has been read by lds_read_sod; `now` in seconds; `block` is scratch. Groups are checked afterwards
 * with passive_auth_group: a genuine SOD says nothing of a group that was not compared.
 */
void passive_auth_verify(const struct lds_sod *sod, const struct csca_store *store, int64_t now,
                         uint8_t block[BLOCK_TREE_BLOCK], struct passive_auth *result);

/* HARDENED_YES when the SOD lists the group and `digest` (hash_size(sod->digest) octets, over the whole file as read) is the
 * listed one. */
hardened passive_auth_group(const struct lds_sod *sod, unsigned group, const uint8_t *digest);

/* Does the signer's country (2-letter, or 3-letter in old certificates) speak for this issuing state (MRZ code)? Exceptions of
 * 9303-3 5 and 9303-12 7.1.1 (UN, EU, ...) included. Test state UTO is spoken for by "UT". */
bool passive_auth_country_matches(const char *signer_country, const char *issuing_state);

#endif
