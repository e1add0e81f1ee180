/* Path of a document signer to a CSCA anchor (ICAO 9303-12 6.1, App. D; RFC 5280 6): always one certificate long. */
#ifndef DOCREV_TRUST_CHAIN_H
#define DOCREV_TRUST_CHAIN_H

#include "crypto/hardened.h"
#include "trust/certificate.h"
#include "trust/csca_store.h"

/* Why a signer is not trusted, the first that applies. */
enum chain_reason {
    CHAIN_OK = 0,
    CHAIN_NO_CSCA_FOR_STATE, /* the store has no anchor for the signer's country */
    CHAIN_CSCA_UNKNOWN,      /* it has some, none of which the signer names or that verifies it */
    CHAIN_SIGNATURE_INVALID, /* the anchor it names by key identifier does not verify it */
    CHAIN_DSC_EXPIRED,       /* `now` outside the signer's validity */
    CHAIN_DSC_NOT_YET_VALID,
    CHAIN_CSCA_EXPIRED,       /* `now` outside the anchor's validity */
    CHAIN_KEY_USAGE,          /* no digitalSignature, or it is a CA */
    CHAIN_CRITICAL_EXTENSION, /* an unknown critical extension */
    CHAIN_ALGORITHM,          /* an algorithm or curve that cannot be verified here */
    CHAIN_STORE_UNREADABLE    /* the trust store is damaged or missing */
};

struct chain_result {
    hardened trusted; /* HARDENED_YES only with reason CHAIN_OK */
    enum chain_reason reason;
    bool signature_verified; /* under an anchor, whatever else is wrong */
    int64_t anchor_not_after;
};

/*
 * Finds an anchor for the signer: those of its issuer's country, first by authority key identifier = subject key identifier,
 * then by issuer name, then (no AKI or no match) any of that country that verifies. All candidates are tried: two anchors may
 * share a name or identifier. A fully verified path wins over a failing one.
 * `now` in seconds; `block` is scratch. Never returns a status: everything is in the result.
 */
void chain_verify(const struct certificate *signer, const struct csca_store *store, int64_t now,
                  uint8_t block[BLOCK_TREE_BLOCK], struct chain_result *result);

/* Lower-case words, e.g. "csca-unknown". Never NULL. */
const char *chain_reason_text(enum chain_reason reason);

#endif
