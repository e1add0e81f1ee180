/* ISO 7816-4 command and response APDUs. */
#ifndef DOCREV_EMRTD_APDU_H
#define DOCREV_EMRTD_APDU_H

#include "codec/bytes.h"
#include "port/nfc.h"
#include "port/status.h"

#define APDU_CLA_PLAIN 0x00U
#define APDU_CLA_SECURE 0x0CU /* secure messaging, header authenticated (ISO 7816-4 5.4.1) */

#define APDU_INS_MANAGE_SECURITY 0x22U
#define APDU_INS_EXTERNAL_AUTHENTICATE 0x82U
#define APDU_INS_GET_CHALLENGE 0x84U
#define APDU_INS_GENERAL_AUTHENTICATE 0x86U
#define APDU_INS_INTERNAL_AUTHENTICATE 0x88U
#define APDU_INS_SELECT 0xA4U
#define APDU_INS_READ_BINARY 0xB0U
#define APDU_INS_READ_BINARY_ODD 0xB1U
#define APDU_INS_GET_RESPONSE 0xC0U

#define SW_OK 0x9000U
#define SW_END_OF_FILE 0x6282U
#define SW_FILE_DEACTIVATED 0x6283U
#define SW_VERIFICATION_FAILED 0x6300U /* 63Cx with a counter */
#define SW_WRONG_LENGTH 0x6700U
#define SW_SECURITY_STATUS 0x6982U
#define SW_AUTHENTICATION_BLOCKED 0x6983U
#define SW_DATA_INVALIDATED 0x6984U
#define SW_CONDITIONS 0x6985U
#define SW_SM_OBJECTS_MISSING 0x6987U
#define SW_SM_OBJECTS_INCORRECT 0x6988U
#define SW_WRONG_DATA 0x6A80U
#define SW_FUNCTION_NOT_SUPPORTED 0x6A81U
#define SW_FILE_NOT_FOUND 0x6A82U
#define SW_REFERENCE_NOT_FOUND 0x6A88U
#define SW_WRONG_OFFSET 0x6B00U
#define SW_WRONG_LE 0x6C00U /* 6Cxx: xx octets are there */
#define SW_INS_NOT_SUPPORTED 0x6D00U
#define SW_CLA_NOT_SUPPORTED 0x6E00U

/* Le of a command: none, 1..256 octets, or in the extended form up to 65,535. */
#define APDU_NO_LE 0U
#define APDU_SHORT_LE 256U
#define APDU_SHORT_DATA 255U

struct apdu_command {
    uint8_t cla, ins, p1, p2;
    struct bytes data; /* more than 255 octets, or an le of more than 256, take the extended form */
    uint16_t le;
};

/* Short encoding where that will do (ISO 7816-4 5.1), else extended. *len: capacity in, octets out. DR_ERR_ARGUMENT, DR_ERR_NO_SPACE. */
enum dr_status apdu_encode(const struct apdu_command *command, uint8_t *out, size_t *len);

/* Does the command take the extended form? */
bool apdu_is_extended(const struct apdu_command *command);

/* Lc: one octet, or 00 and two. Returns octets written. */
size_t apdu_encode_length(uint8_t *out, size_t len, bool extended);

/* Splits a response into data and status word. DR_ERR_PROTOCOL when shorter than two octets. */
enum dr_status apdu_split(struct bytes response, struct bytes *data, uint16_t *sw);

#endif
