/* Is a certificate revoked by its state's CRL, as the trust store holds it? (ICAO 9303-12 4.3, 7.1.4, D.1.2.) */
#ifndef DOCREV_TRUST_REVOCATION_H
#define DOCREV_TRUST_REVOCATION_H

#include "trust/crl.h"
#include "trust/csca_store.h"

/* Far apart in bits (crypto/hardened.h): what is none of them is no answer. */
typedef uint32_t revocation;
#define REVOCATION_UNDETERMINED ((revocation)0x96C35A3CU) /* no CRL of that state */
#define REVOCATION_OUTDATED                                                                                            \
    ((revocation)0x5A3CC396U) /* not listed, in a CRL past its nextUpdate: undetermined as well */
#define REVOCATION_UNREVOKED ((revocation)0x3C965AC3U) /* a current CRL does not list it */
#define REVOCATION_REVOKED ((revocation)0xC369A55AU)

/* "undetermined", "outdated", "unrevoked", "revoked". */
const char *revocation_text(revocation value);

#define REVOCATION_ISSUERS 8U     /* CRLs of one country, under different names of its CSCA */
#define REVOCATION_SERIAL_MAX 40U /* octets of a serial number; RFC 5280 4.1.2.2 allows 20 */

/*
 * Looks the certificate up by its issuer's country, its issuer and its serial (INTEGER content as it stands). A current CRL
 * of the same issuer name decides alone; otherwise every CRL of the country counts, since a state's single list covers what
 * it issued under former names (9303-12 7.1.4 note 1), and what is out of date still revokes. DR_OK, or DR_ERR_CORRUPT, DR_ERR_IO
 * with *result REVOCATION_UNDETERMINED. `block` is scratch.
 */
enum dr_status revocation_look_up(const struct csca_store *store, const char *country, struct bytes issuer,
                                  struct bytes serial, int64_t now, uint8_t block[BLOCK_TREE_BLOCK],
                                  revocation *result);

/* The order of serials in the store: shorter ones first, then by octets. Both in their shortest form (crl_serial). */
int revocation_compare(struct bytes a, struct bytes b);

/* Record of the CRL itself (for builders). DR_ERR_MALFORMED without a country. */
enum dr_status revocation_write_head(const struct crl *crl, uint8_t record[CSCA_RECORD_MAX], size_t *len);
/*
 * Record of as many serials as fit from serials[0..count), which ascend strictly; *taken says how many. DR_ERR_TOO_LARGE: the first
 * is over REVOCATION_SERIAL_MAX. Each record also starts a new key, so a run of calls is a run of records.
 */
enum dr_status revocation_write_serials(const struct crl *crl, const struct bytes *serials, size_t count,
                                        uint8_t record[CSCA_RECORD_MAX], size_t *len, size_t *taken);

#endif
