#include "codec/status_text.h"

#include <stddef.h>

static const char *const texts[] = {
    [DR_OK] = "done",
    [DR_ERR_TRUNCATED] = "data ends too early",
    [DR_ERR_MALFORMED] = "malformed data",
    [DR_ERR_TOO_LARGE] = "too large",
    [DR_ERR_UNSUPPORTED] = "version, algorithm or option not supported",
    [DR_ERR_CHECK_DIGIT] = "check digit wrong",
    [DR_ERR_ARGUMENT] = "argument out of contract",
    [DR_ERR_NOT_FOUND] = "not found",
    [DR_ERR_NO_SPACE] = "no space",
    [DR_ERR_IO] = "input or output failed",
    [DR_ERR_CORRUPT] = "stored data damaged",
    [DR_ERR_SIGNATURE] = "signature does not verify",
    [DR_ERR_UNTRUSTED] = "signer not trusted",
    [DR_ERR_THRESHOLD] = "too few signers",
    [DR_ERR_EXPIRED] = "expired or not yet valid",
    [DR_ERR_ROLLBACK] = "older than what is held",
    [DR_ERR_CRYPTO] = "cryptographic operation failed",
    [DR_ERR_NO_CARD] = "no chip in the field",
    [DR_ERR_NO_READER] = "reader does not answer",
    [DR_ERR_TIMEOUT] = "no answer in time",
    [DR_ERR_PROTOCOL] = "protocol broken by the other side",
    [DR_ERR_CARD_STATUS] = "chip answered with an error",
    [DR_ERR_ACCESS_DENIED] = "access refused by the chip",
    [DR_ERR_SESSION_LOST] = "session with the chip lost",
    [DR_ERR_STATE] = "not possible now",
};

const char *dr_status_text(enum dr_status status)
{
    size_t index = (size_t)status;

    return index < sizeof texts / sizeof texts[0] && texts[index] != NULL ? texts[index] : "unknown status";
}
