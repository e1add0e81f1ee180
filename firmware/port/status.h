/* The one status enum that every fallible function of docrev returns. */
#ifndef DOCREV_PORT_STATUS_H
#define DOCREV_PORT_STATUS_H

/*
 * A status says what went wrong, not what it means: a verdict is made of
 * reasons (inspection/verdict.h), never of a status alone. Results that decide
 * security are not a status but a hardened value (crypto/hardened.h).
 */
enum dr_status {
    DR_OK = 0,

    /* Input that is wrong in itself. */
    DR_ERR_TRUNCATED,   /* the bytes end before the value does */
    DR_ERR_MALFORMED,   /* the bytes break the encoding's rules */
    DR_ERR_TOO_LARGE,   /* longer than this implementation takes (a stated limit) */
    DR_ERR_UNSUPPORTED, /* well-formed, but a version, algorithm or option we do not know */
    DR_ERR_CHECK_DIGIT, /* MRZ check digit wrong (ICAO 9303-3 4.9) */
    DR_ERR_ARGUMENT,    /* the caller broke the contract */

    /* Storage and look-up. */
    DR_ERR_NOT_FOUND,
    DR_ERR_NO_SPACE,
    DR_ERR_IO,      /* the device under a port failed */
    DR_ERR_CORRUPT, /* stored bytes do not match what authenticates them */

    /* Signatures and trust. */
    DR_ERR_SIGNATURE, /* a signature or MAC does not verify */
    DR_ERR_UNTRUSTED, /* verifies, but under no key we trust */
    DR_ERR_THRESHOLD, /* fewer distinct signers than the policy asks */
    DR_ERR_EXPIRED,   /* outside its validity */
    DR_ERR_ROLLBACK,  /* older than what is held */
    DR_ERR_CRYPTO,    /* a primitive failed (memory, RNG, bad parameters) */

    /* Chip and link. */
    DR_ERR_NO_CARD,       /* no target in the field, or it left */
    DR_ERR_NO_READER,     /* the NFC controller does not answer */
    DR_ERR_TIMEOUT,       /* the other side did not answer in time */
    DR_ERR_PROTOCOL,      /* the other side broke the protocol */
    DR_ERR_CARD_STATUS,   /* the chip answered with an error status word */
    DR_ERR_ACCESS_DENIED, /* the chip refused the key (wrong MRZ, or not its holder) */
    DR_ERR_SESSION_LOST,  /* secure messaging ended; access must be redone */
    DR_ERR_STATE          /* not possible now (e.g. device not provisioned) */
};

#endif
