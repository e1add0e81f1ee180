/* Verdict and reasons of one inspection: the words an officer, a log and a test see. */
#ifndef DOCREV_INSPECTION_VERDICT_H
#define DOCREV_INSPECTION_VERDICT_H

#include <stdint.h>

/*
 * Values are far apart in bits (crypto/hardened.h): anything that is none of them is CANNOT VERIFY. The device never says
 * "valid", "arrest" or "deny"; a person decides (docs/safeguards.md).
 */
typedef uint32_t verdict;
#define VERDICT_NO_RECORD ((verdict)0x3CA5965AU) /* proven genuine, proven absent from every list that covers it */
#define VERDICT_ADVISORY ((verdict)0x5AC3693CU)  /* listed, but local policy does not act on that record by itself */
#define VERDICT_REFER ((verdict)0xA53C5AC3U)     /* a second officer looks: listed, or the document itself says so */
#define VERDICT_CANNOT_VERIFY ((verdict)0xC35AA569U) /* something needed for an answer is missing or wrong */

/* "NO RECORD", "ADVISORY", "REFER"; "CANNOT VERIFY" for anything else. */
const char *verdict_text(verdict value);

/* Why. Each is one bit of a set; the words are verdict_reason_text's and are part of the interface. */
enum because {
    BECAUSE_DEVICE_NOT_PROVISIONED, /* not-provisioned       no policy yet */
    BECAUSE_STORAGE_MISSING,        /* storage-missing       no card, or it cannot be read */
    BECAUSE_TIME_UNCONFIRMED,       /* time-unconfirmed      no trusted clock since power came */
    BECAUSE_POLICY_EXPIRED,         /* policy-expired */
    BECAUSE_TRUST_MISSING,          /* trust-missing         no trust store */
    BECAUSE_TRUST_STALE,            /* trust-stale */
    BECAUSE_LIST_MISSING,           /* list-missing          no list covers the issuing state */
    BECAUSE_LIST_STALE,             /* list-stale            a list that covers it is past its nextUpdate */
    BECAUSE_LIST_UNREADABLE,        /* list-unreadable       a block did not authenticate */

    BECAUSE_READER_SILENT,    /* reader-silent         the NFC controller does not answer */
    BECAUSE_CHIP_MISSING,     /* chip-missing          no chip came into the field */
    BECAUSE_CHIP_REMOVED,     /* chip-removed          it left before the end */
    BECAUSE_CHIP_UNREADABLE,  /* chip-unreadable       it answers, but not as the standard says */
    BECAUSE_ACCESS_DENIED,    /* access-denied         BAC or PACE refused: wrong MRZ, or not this document's chip */
    BECAUSE_SECURE_MESSAGING, /* secure-messaging      a protected answer did not verify */
    BECAUSE_FILE_MISSING,     /* file-missing          EF.SOD or DG1 is not there */
    BECAUSE_FILE_MALFORMED,   /* file-malformed        EF.SOD or DG1 breaks its format */

    BECAUSE_SOD_SIGNATURE,     /* sod-signature         the SOD's signature does not verify */
    BECAUSE_DG_HASH,           /* dg-hash               a data group is not the one that was signed */
    BECAUSE_NO_CSCA_FOR_STATE, /* no-csca-for-state */
    BECAUSE_CSCA_UNKNOWN,      /* csca-unknown */
    BECAUSE_CHAIN_SIGNATURE,   /* chain-signature       the signer's certificate does not verify */
    BECAUSE_DSC_EXPIRED,       /* dsc-expired           or not yet valid */
    BECAUSE_CSCA_EXPIRED,      /* csca-expired */
    BECAUSE_DSC_PROFILE,       /* dsc-profile           key usage, critical extension */
    BECAUSE_ALGORITHM,         /* algorithm             cannot be verified here */
    BECAUSE_STATE_MISMATCH,    /* state-mismatch        the signer's country is not the document's */
    BECAUSE_MRZ_DIFFERS,       /* mrz-differs           the chip's DG1 is not what is printed */
    BECAUSE_DOCUMENT_EXPIRED,  /* document-expired */

    BECAUSE_LISTED_STOLEN,       /* listed-stolen */
    BECAUSE_LISTED_LOST,         /* listed-lost */
    BECAUSE_LISTED_STOLEN_BLANK, /* listed-stolen-blank */
    BECAUSE_LISTED_CANCELLED,    /* listed-cancelled */
    BECAUSE_LISTED_INVALID,      /* listed-invalid */
    BECAUSE_PRINTED_NUMBER_USED, /* printed-number-used   DG1 could not be read: the printed number was looked up */
    BECAUSE_DSC_REVOKED,         /* dsc-revoked           the signer's certificate is on its state's CRL */
    BECAUSE_INTERNAL,            /* internal              a primitive failed */
    BECAUSE_PACE_FAILED, /* pace-failed           PACE was offered and broke off, or nothing of the offer may be used */
    BECAUSE_PACE_DOWNGRADE, /* pace-downgrade        EF.CardAccess is not what was signed: another way in was hidden */
    BECAUSE_CLONE_CHECK_FAILED,  /* clone-check-failed    the chip could not show that it is the one issued */
    BECAUSE_CLONE_CHECK_MISSING, /* clone-check-missing   what it needs for that was signed, and is not on the chip */
    BECAUSE_SESSION_LOST,        /* session-lost          the chip ends its session again and again */
    BECAUSE_COUNT
};

typedef uint64_t reason_set;
#define BECAUSE_BIT(because) ((reason_set)1U << (because))

/* "csca-unknown", ...; NULL past BECAUSE_COUNT. */
const char *verdict_reason_text(enum because because);

/* One line that tells an officer what to do, at most 21 characters a line, two lines separated by '\n'. */
const char *verdict_reason_advice(enum because because);

#endif
