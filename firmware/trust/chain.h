/* Path of a document signer to a CSCA anchor (ICAO 9303-12 6.1, App. D; RFC 5280 6): always one certificate long. */
#ifndef DOCREV_TRUST_CHAIN_H
#define DOCREV_TRUST_CHAIN_H

#include "crypto/hardened.h"
#include "trust/certificate.h"
#include "trust/csca_store.h"
#include "trust/revocation.h"

/* Why a signer is not trusted, the first that applies. */
enum chain_reason {
    CHAIN_OK = 0,
    CHAIN_NO_CSCA_FOR_STATE, /* the store has no anchor for the signer's country */
    CHAIN_CSCA_UNKNOWN,      /* it has some, none of which the signer names or that verifies it */
    CHAIN_SIGNATURE_INVALID, /* the anchor it names by key identifier does not verify it */
    CHAIN_REVOKED,           /* listed in its state's CRL, current or not */
    CHAIN_DSC_EXPIRED,       /* `now` outside the signer's validity */
    CHAIN_DSC_NOT_YET_VALID,
    CHAIN_CSCA_EXPIRED,       /* `now` outside the anchor's validity */
    CHAIN_KEY_USAGE,          /* no digitalSignature, or it is a CA */
    CHAIN_CRITICAL_EXTENSION, /* an unknown critical extension */
    CHAIN_ALGORITHM,          /* an algorithm or curve that cannot be verified here */
    CHAIN_STORE_UNREADABLE    /* the trust store is damaged or missing */
};

/* What strict conformance (TR-03105 5.1, the case named) refuses and a border lives with: nothing here changes who signed. */
enum chain_defect {
    CHAIN_DEFECT_NO_KEY_ID =
        1U << 0, /* no authority key identifier: found by name (H_60, H_61; TR-03135-1 5.6.4.3.3) */
    CHAIN_DEFECT_OTHER_KEY_ID = 1U << 1,   /* it names another key than the one that verifies */
    CHAIN_DEFECT_ISSUER_NAME = 1U << 2,    /* the issuer is not the anchor's subject (H_54; 9303-12 D.1.1.3) */
    CHAIN_DEFECT_KEY_USAGE_FORM = 1U << 3, /* key usage not marked critical (H_62) */
    CHAIN_DEFECT_VALIDITY_FORM = 1U << 4,  /* a time in the wrong type (H_56) */
    CHAIN_DEFECT_VERSION = 1U << 5,        /* not version 3 (H_48) */
    CHAIN_DEFECT_NOT_DETERMINED = 1U << 6  /* no current CRL: revocation undetermined (TR-03135-1 5.6.4.3.5) */
};
#define CHAIN_DEFECTS 7U

struct chain_result {
    hardened trusted; /* HARDENED_YES only with reason CHAIN_OK: what a border goes by */
    enum chain_reason reason;
    bool signature_verified; /* under an anchor, whatever else is wrong */
    int64_t anchor_not_after;
    revocation revocation; /* of the signer */
    unsigned
        defects; /* chain_defect; meaningful once signature_verified. Strictly conformant: trusted and none of them */
};

/*
 * Finds an anchor for the signer: those of its issuer's country, first by authority key identifier = subject key identifier,
 * then by issuer name, then (no AKI or no match) any of that country that verifies. All candidates are tried: two anchors may
 * share a name or identifier. A fully verified path wins over a failing one. Then the store's CRLs are asked: a listed signer is
 * revoked; no CRL, or none that is current, is recorded and no failure.
 * `now` in seconds; `block` is scratch. Never returns a status: everything is in the result.
 */
void chain_verify(const struct certificate *signer, const struct csca_store *store, int64_t now,
                  uint8_t block[BLOCK_TREE_BLOCK], struct chain_result *result);

/* "no-key-identifier", ... for one bit of chain_result.defects, counted from 0; NULL from CHAIN_DEFECTS on. */
const char *chain_defect_text(unsigned bit);

/* Lower-case words, e.g. "csca-unknown". Never NULL. */
const char *chain_reason_text(enum chain_reason reason);

#endif
