/* Readers and chips that misbehave: frame, ISO-DEP, APDU, BAC, secure messaging. Never an answer, and never the end of the
 * device. */
#include "profiles/tables.h"

#define FRAME_FAULT(number_, name_, fault_, reason_, description_)                                                     \
    FORGED("frame-" name_, "UH30000" number_, "", reason_, description_, "the PN532's frame",                          \
           .chip = {.fault = CHIP_FRAME, .at = 5, .frame = (fault_)})
#define RF_FAULT(number_, name_, status_, reason_, description_)                                                       \
    FORGED("rf-" name_, "UH31000" number_, "", reason_, description_, "an exchange of ISO 14443-4",                    \
           .chip = {.fault = CHIP_RF_STATUS, .at = 6, .status = (status_)})
#define CHIP_FAULT(prefix_, number_, name_, fault_, at_, reason_, description_, breaks_)                               \
    FORGED(prefix_ name_, "UH3" number_, "", reason_, description_, breaks_, .chip = {.fault = (fault_), .at = (at_)})
#define SM_FAULT(number_, name_, fault_, description_, breaks_)                                                        \
    CHIP_FAULT("sm-", "40000" number_, name_, fault_, 0, "secure-messaging", description_, breaks_)
/* An answer that is not even shaped as the standard says, whatever its MAC. */
#define SM_SHAPE(number_, name_, fault_, description_, breaks_)                                                        \
    CHIP_FAULT("sm-", "40000" number_, name_, fault_, 0, "chip-unreadable", description_, breaks_)

const struct profile profiles_hostile_transport[] = {
    /* -- Frame: the reader is taken for silent, or the exchange for lost -- */
    FRAME_FAULT("01", "data-checksum", FRAME_DATA_CHECKSUM, "reader-silent", "wrong DCS in the PN532's answer"),
    FRAME_FAULT("02", "length-checksum", FRAME_LENGTH_CHECKSUM, "reader-silent", "wrong LCS"),
    FRAME_FAULT("03", "length", FRAME_LENGTH, "reader-silent", "a length larger than what follows"),
    FRAME_FAULT("04", "tfi", FRAME_TFI, "reader-silent", "the host's own frame identifier"),
    FRAME_FAULT("05", "code", FRAME_CODE, "reader-silent", "the answer to another command"),
    FRAME_FAULT("06", "cut", FRAME_CUT, "chip-removed", "a frame that ends in the middle"),
    FRAME_FAULT("07", "error", FRAME_ERROR, "reader-silent", "the application error frame"),
    FRAME_FAULT("08", "ack-twice", FRAME_TWICE, "reader-silent", "a second ACK in place of the answer"),
    FRAME_FAULT("09", "nack", FRAME_NACK, "reader-silent", "NACK in place of ACK"),
    FRAME_FAULT("10", "noise", FRAME_NOISE, "reader-silent", "noise before the answer"),
    FRAME_FAULT("11", "no-ack", FRAME_NO_ACK, "reader-silent", "an answer without ACK"),

    /* -- ISO-DEP, as the PN532 reports it -- */
    RF_FAULT("01", "crc", 0x02, "chip-removed", "CRC errors without end"),
    RF_FAULT("02", "parity", 0x03, "chip-removed", "parity errors without end"),
    RF_FAULT("03", "framing", 0x05, "chip-removed", "framing errors without end"),
    RF_FAULT("04", "buffer", 0x07, "chip-unreadable", "an answer larger than the controller's buffer"),
    RF_FAULT("05", "protocol", 0x0B, "chip-removed", "ISO-DEP blocks against the protocol"),
    RF_FAULT("06", "overheating", 0x0D, "chip-unreadable", "the controller protects itself from heat"),
    RF_FAULT("07", "format", 0x13, "chip-removed", "data that do not match the protocol's format"),
    RF_FAULT("08", "released", 0x29, "chip-removed", "the chip released itself"),
    RF_FAULT("09", "over-current", 0x2D, "chip-unreadable", "over-current in the antenna driver"),
    RF_FAULT("10", "undefined", 0x3E, "chip-unreadable", "a status octet that is not defined"),

    /* -- APDU -- */
    CHIP_FAULT("apdu-", "200001", "one-octet", CHIP_CUT_ANSWER, 0, "chip-unreadable", "answers of one octet",
               "status word"),
    CHIP_FAULT("apdu-", "200002", "empty", CHIP_NO_OCTETS, 0, "chip-unreadable", "answers without any octet",
               "status word"),
    CHIP_FAULT("apdu-", "200003", "flood", CHIP_FLOODS, 0, "chip-unreadable", "64 KiB in answer to everything",
               "length of answers"),
    CHIP_FAULT("apdu-", "200004", "flood-late", CHIP_FLOODS, 7, "chip-unreadable", "64 KiB at the 7th exchange",
               "length of answers"),
    CHIP_FAULT("apdu-", "200005", "cut-late", CHIP_CUT_ANSWER, 8, "chip-unreadable", "one octet at the 8th exchange",
               "status word"),
    FORGED("apdu-application", "UH3200006", "", "chip-unreadable", "SELECT of the application fails with 6A82",
           "the application", .source = "TR-03105-5.1 A_03",
           .chip = {.fault = CHIP_APPLICATION, .status_word = 0x6A82}),
    FORGED("apdu-sod-status", "UH3200007", "", "file-missing", "SELECT of EF.SOD fails with 6A82", "EF.SOD",
           .source = "TR-03105-5.1 C_01", .chip = {.fault = CHIP_FILE_STATUS, .status_word = 0x6A82}),
    CHIP_FAULT("apdu-", "200008", "6cxx-loop", CHIP_CORRECT_LE_LOOP, 0, "chip-unreadable",
               "6Cxx to every READ BINARY, never content", "progress of reading"),
    FORGED("apdu-61xx-loop", "UH3200009", "quirk", "chip-unreadable", "61xx for ever", "progress of reading",
           .chip = {.fault = CHIP_MORE_DATA_LOOP}),
    CHIP_FAULT("apdu-", "200011", "other-file", CHIP_OTHER_FILE, 0, "file-malformed", "SELECT of DG1 selects EF.COM",
               "DG1"),

    /* -- BAC -- */
    CHIP_FAULT("bac-", "300001", "echo", CHIP_BAC_ECHO, 0, "secure-messaging", "the reader's own cryptogram sent back",
               "BAC"),
    CHIP_FAULT("bac-", "300002", "short", CHIP_BAC_SHORT, 0, "chip-unreadable",
               "mutual authentication answered by half the octets", "BAC"),
    CHIP_FAULT("bac-", "300003", "bare", CHIP_BAC_PLAIN, 0, "chip-unreadable",
               "mutual authentication answered by 9000 alone", "BAC"),
    CHIP_FAULT("bac-", "300004", "challenge-short", CHIP_CHALLENGE_SHORT, 0, "chip-unreadable",
               "a challenge of four octets", "GET CHALLENGE"),

    /* -- Secure messaging -- */
    SM_SHAPE("01", "mac-short", CHIP_SHORT_MAC, "DO8E of four octets", "DO8E"),
    SM_SHAPE("02", "mac-empty", CHIP_EMPTY_MAC, "DO8E of no octet", "DO8E"),
    SM_SHAPE("03", "no-status", CHIP_NO_STATUS, "DO99 is missing under a good MAC", "DO99"),
    SM_SHAPE("04", "status-short", CHIP_SHORT_STATUS, "DO99 of one octet under a good MAC", "DO99"),
    SM_FAULT("05", "cryptogram", CHIP_CRYPTOGRAM, "DO87 was altered", "DO87"),
    SM_SHAPE("06", "cryptogram-size", CHIP_CRYPTOGRAM_SIZE, "DO87 of no whole block under a good MAC", "DO87"),
    SM_SHAPE("07", "padding", CHIP_PADDING, "plain text without padding under a good MAC", "padding"),
    SM_SHAPE("08", "indicator", CHIP_INDICATOR, "padding-content indicator 02 under a good MAC", "DO87"),
    SM_SHAPE("09", "two-cryptograms", CHIP_TWO_CRYPTOGRAMS, "DO87 twice under a good MAC", "DO87"),
    SM_SHAPE("10", "object-length", CHIP_OBJECT_LENGTH, "DO87 announces more than the answer holds", "DO87"),
    SM_FAULT("11", "old-counter", CHIP_OLD_COUNTER, "the MAC counts the command's counter again",
             "send sequence counter"),
    SM_SHAPE("12", "reflected", CHIP_REFLECTS, "the protected command sent back as its answer", "DO8E"),
    FORGED("sm-no-cryptogram", "UH3400013", "", "file-malformed", "answers without DO87 under a good MAC", "DO87",
           .source = "TR-03105-5.1 B_06", .chip = {.fault = CHIP_NO_CRYPTOGRAM}),
    FORGED("sm-bare-6988", "UH3400014", "", "session-lost", "a bare 6988 from the 9th exchange on", "the session",
           .source = "TR-03105-5.1 B_04", .chip = {.fault = CHIP_PLAIN_ERROR, .at = 9, .status_word = 0x6988}),
    {.name = NULL},
};
