/* Command APDUs as a chip receives them (ISO 7816-4 5.1), and the status words it answers with. */
#ifndef PASSPORT_SIM_CHIP_APDU_H
#define PASSPORT_SIM_CHIP_APDU_H

#include "util/buffer.h"

struct apdu {
    uint8_t cla, ins, p1, p2;
    struct slice data;
    bool has_le;
    uint32_t le; /* octets expected at most: 1 to 256, or to 65536 in the extended form */
    bool extended;
};

/* All seven cases, short and extended. False: no such APDU. */
bool apdu_parse(struct slice octets, struct apdu *apdu);

#define SW_OK 0x9000U
#define SW_MORE_DATA 0x6100U /* and the length in the low octet */
#define SW_END_OF_FILE 0x6282U
#define SW_DEACTIVATED 0x6283U
#define SW_AUTHENTICATION_FAILED 0x6300U
#define SW_WRONG_LENGTH 0x6700U
#define SW_SECURITY_STATUS 0x6982U
#define SW_CONDITIONS 0x6985U
#define SW_NO_CURRENT_EF 0x6986U
#define SW_SM_MISSING 0x6987U
#define SW_SM_INCORRECT 0x6988U
#define SW_WRONG_DATA 0x6A80U
#define SW_NOT_FOUND 0x6A82U
#define SW_WRONG_P1P2 0x6A86U
#define SW_FUNCTION 0x6A81U
#define SW_LC_P1P2 0x6A87U
#define SW_REFERENCE_NOT_FOUND 0x6A88U
#define SW_OFFSET 0x6B00U
#define SW_CORRECT_LE 0x6C00U /* and the length in the low octet */
#define SW_INS 0x6D00U
#define SW_CLA 0x6E00U
#define SW_NO_DIAGNOSIS 0x6F00U

#endif
