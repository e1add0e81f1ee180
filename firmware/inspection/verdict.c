#include "inspection/verdict.h"

#include <stddef.h>

const char *verdict_text(verdict value)
{
    switch (value) {
    case VERDICT_NO_RECORD:
        return "NO RECORD";
    case VERDICT_ADVISORY:
        return "ADVISORY";
    case VERDICT_REFER:
        return "REFER";
    default:
        return "CANNOT VERIFY";
    }
}

struct words {
    const char *text;
    const char *advice;
};

static const struct words words[BECAUSE_COUNT] = {
    [BECAUSE_DEVICE_NOT_PROVISIONED] = {"not-provisioned", "Device has no policy.\nProvision it first"},
    [BECAUSE_STORAGE_MISSING] = {"storage-missing", "Storage not readable.\nInsert its card"},
    [BECAUSE_TIME_UNCONFIRMED] = {"time-unconfirmed", "Clock not confirmed.\nConnect the host"},
    [BECAUSE_POLICY_EXPIRED] = {"policy-expired", "Policy is too old.\nConnect the host"},
    [BECAUSE_TRUST_MISSING] = {"trust-missing", "No trust store here.\nConnect the host"},
    [BECAUSE_TRUST_STALE] = {"trust-stale", "Trust store too old.\nConnect the host"},
    [BECAUSE_LIST_MISSING] = {"list-missing", "No list covers this\nstate. Ask issuer"},
    [BECAUSE_LIST_STALE] = {"list-stale", "The list is too old.\nConnect the host"},
    [BECAUSE_LIST_UNREADABLE] = {"list-unreadable", "A list is damaged.\nPush it again"},
    [BECAUSE_READER_SILENT] = {"reader-silent", "Chip reader silent.\nCheck its cable"},
    [BECAUSE_CHIP_MISSING] = {"chip-missing", "No chip was found.\nPlace it and rescan"},
    [BECAUSE_CHIP_REMOVED] = {"chip-removed", "Chip left too early.\nHold still, rescan"},
    [BECAUSE_CHIP_UNREADABLE] = {"chip-unreadable", "Chip does not answer\nas it should"},
    [BECAUSE_ACCESS_DENIED] = {"access-denied", "Chip refuses this MRZ\nRescan the MRZ"},
    [BECAUSE_SECURE_MESSAGING] = {"secure-messaging", "Chip answer altered.\nTry again"},
    [BECAUSE_FILE_MISSING] = {"file-missing", "A file is missing on\nthe chip"},
    [BECAUSE_FILE_MALFORMED] = {"file-malformed", "A file of the chip is\nbroken"},
    [BECAUSE_SOD_SIGNATURE] = {"sod-signature", "Chip data not signed\nas it should be"},
    [BECAUSE_DG_HASH] = {"dg-hash", "Chip data was changed\nafter signing"},
    [BECAUSE_NO_CSCA_FOR_STATE] = {"no-csca-for-state", "No key held for the\nstate that signed"},
    [BECAUSE_CSCA_UNKNOWN] = {"csca-unknown", "Signer not known for\nits state"},
    [BECAUSE_CHAIN_SIGNATURE] = {"chain-signature", "Signer's certificate\ndoes not verify"},
    [BECAUSE_DSC_EXPIRED] = {"dsc-expired", "Signer not valid at\nthis time"},
    [BECAUSE_CSCA_EXPIRED] = {"csca-expired", "The state's key is no\nlonger valid"},
    [BECAUSE_DSC_PROFILE] = {"dsc-profile", "Signer not permitted\nto sign passports"},
    [BECAUSE_ALGORITHM] = {"algorithm", "Signature of a kind\nnot known here"},
    [BECAUSE_STATE_MISMATCH] = {"state-mismatch", "Signed by another\nstate than printed"},
    [BECAUSE_MRZ_DIFFERS] = {"mrz-differs", "Chip and printed page\ndo not agree"},
    [BECAUSE_DOCUMENT_EXPIRED] = {"document-expired", "Document has expired.\nSee date on the page"},
    [BECAUSE_LISTED_STOLEN] = {"listed-stolen", "Reported stolen.\nConfirm with issuer"},
    [BECAUSE_LISTED_LOST] = {"listed-lost", "Reported lost.\nConfirm with issuer"},
    [BECAUSE_LISTED_STOLEN_BLANK] = {"listed-stolen-blank", "Blank was stolen.\nConfirm with issuer"},
    [BECAUSE_LISTED_CANCELLED] = {"listed-cancelled", "Cancelled by issuer.\nConfirm with issuer"},
    [BECAUSE_LISTED_INVALID] = {"listed-invalid", "Declared invalid.\nConfirm with issuer"},
    [BECAUSE_PRINTED_NUMBER_USED] = {"printed-number-used", "Looked up by printed\nnumber, not chip's"},
    [BECAUSE_DSC_REVOKED] = {"dsc-revoked", "Signer revoked by its\nstate. Do not rely"},
    [BECAUSE_INTERNAL] = {"internal", "Device fault.\nTry again"},
    [BECAUSE_PACE_FAILED] = {"pace-failed", "Chip broke off PACE.\nTry again"},
    [BECAUSE_PACE_DOWNGRADE] = {"pace-downgrade", "Chip hides its better\nprotection. Examine"},
    [BECAUSE_CLONE_CHECK_FAILED] = {"clone-check-failed", "Chip may be a copy.\nExamine the document"},
    [BECAUSE_CLONE_CHECK_MISSING] = {"clone-check-missing", "Chip lacks its key\nfile. May be a copy"},
    [BECAUSE_SESSION_LOST] = {"session-lost", "Chip ends the session\nTry again"},
};

const char *verdict_reason_text(enum because because)
{
    return (unsigned)because < BECAUSE_COUNT ? words[because].text : NULL;
}

const char *verdict_reason_advice(enum because because)
{
    return (unsigned)because < BECAUSE_COUNT ? words[because].advice : NULL;
}
