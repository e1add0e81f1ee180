/* Chips that lie in PACE, Chip Authentication and Active Authentication. */
#include "profiles/tables.h"

#define PACE_13 .mechanisms = {.access = ACCESS_PACE, .pace = {GM(AES128, 13)}}
/* A chip with BAC beside: whoever breaks PACE must not be rewarded by it. */
#define PACE_BAC .mechanisms = {.access = ACCESS_PACE_BAC, .pace = {GM(AES128, 13)}}
#define PACE_FAULT(number_, name_, fault_, at_, reason_, description_, breaks_, source_)                               \
    FORGED("pace-" name_, "UA40000" number_, "pace", reason_, description_, breaks_, .source = (source_), PACE_BAC,    \
           .chip = {.fault = (fault_), .at = (at_)})
#define DH_FAULT(number_, name_, fault_, at_, description_)                                                            \
    FORGED("pace-dh-" name_, "UA41000" number_, "pace", "chip-unreadable", description_, "the chip's public value",    \
           .source = "RFC 2631 2.1.5", .mechanisms = {.access = ACCESS_PACE, .pace = {DH_GM(AES128, 0)}},              \
           .chip = {.fault = (fault_), .at = (at_)})
#define INFO_FAULT(number_, name_, oddity_, reason_, description_, source_)                                            \
    FORGED("info-" name_, "UA42000" number_, "pace", reason_, description_, "EF.CardAccess and DG14",                  \
           .source = (source_),                                                                                        \
           .mechanisms = {.access = ACCESS_PACE_BAC, .pace = {GM(AES128, 13)}, .oddity = (oddity_)})
#define CAM_13(oddity_) .mechanisms = {.access = ACCESS_PACE, .pace = {CAM(AES128, 13)}, .oddity = (oddity_)}
#define CAM_FAULT(number_, name_, fault_, reason_, description_, source_)                                              \
    FORGED("cam-" name_, "UA43000" number_, "cam", reason_, description_, "chip authentication data",                  \
           .source = (source_), CAM_13(INFO_SOUND), .chip = {.fault = (fault_)})
#define CAM_INFO(number_, name_, oddity_, reason_, description_, source_)                                              \
    FORGED("cam-" name_, "UA43100" number_, "cam", reason_, description_, "EF.CardSecurity", .source = (source_),      \
           CAM_13(oddity_))
#define CA_128(oddity_)                                                                                                \
    .mechanisms = {.active_auth = AA_NONE, .oddity = (oddity_), .ca = {{CA_ECDH, "P-256", SUITE_AES128, 1}}}
#define AA_FAULT(number_, name_, fault_, description_, ...)                                                            \
    FORGED("aa-" name_, "UA45000" number_, "aa", "secure-messaging", description_, "Active Authentication",            \
           .chip = {.fault = (fault_), .status_word = 0x6F00}, __VA_ARGS__)

const struct profile profiles_hostile_access[] = {
    FORGED("pace-mse-error", "UA4000001", "pace", "access-denied", "MSE:Set AT fails with 6A80", "PACE",
           .source = "TR-03105-5.1 G_08", PACE_BAC, .chip = {.fault = CHIP_PACE_MSE, .status_word = 0x6A80}),
    FORGED("pace-step-1-error", "UA4000002", "pace", "access-denied", "the nonce is refused with 6985", "PACE",
           .source = "TR-03105-5.1 G_10", PACE_BAC, .chip = {.fault = CHIP_PACE_STEP, .at = 1, .status_word = 0x6985}),
    FORGED("pace-step-2-error", "UA4000003", "pace", "access-denied", "mapping data are refused with 6A80", "PACE",
           .source = "TR-03105-5.1 G_12", PACE_BAC, .chip = {.fault = CHIP_PACE_STEP, .at = 2, .status_word = 0x6A80}),
    FORGED("pace-step-3-error", "UA4000004", "pace", "access-denied", "the ephemeral key is refused with 6300", "PACE",
           .source = "TR-03105-5.1 G_18", PACE_BAC, .chip = {.fault = CHIP_PACE_STEP, .at = 3, .status_word = 0x6300}),
    FORGED("pace-step-4-error", "UA4000005", "pace", "access-denied", "the token is refused with 6300", "PACE",
           .source = "TR-03105-5.1 G_24", PACE_BAC, .chip = {.fault = CHIP_PACE_STEP, .at = 4, .status_word = 0x6300}),
    PACE_FAULT("06", "nonce-altered", CHIP_PACE_NONCE_ALTERED, 0, "access-denied", "one bit of the nonce is turned",
               "the nonce", "TR-03105-5.1 G_09"),
    PACE_FAULT("07", "nonce-zero", CHIP_PACE_NONCE_ZERO, 0, "chip-unreadable",
               "the nonce is all zeros: the generator does not depend on the password", "the nonce", "issue 15"),
    PACE_FAULT("08", "nonce-short", CHIP_PACE_NONCE_SHORT, 0, "chip-unreadable", "half a block of nonce", "the nonce",
               "9303-11 4.4.5.1"),
    PACE_FAULT("09", "nonce-long", CHIP_PACE_NONCE_LONG, 0, "chip-unreadable", "240 octets of nonce", "the nonce",
               "9303-11 4.4.5.1"),
    PACE_FAULT("11", "tag-90", CHIP_PACE_TAG, 1, "chip-unreadable", "the nonce under tag 90", "data objects",
               "TR-03105-5.1 G_11"),
    PACE_FAULT("12", "tag-92", CHIP_PACE_TAG, 2, "chip-unreadable", "mapping data under tag 92", "data objects",
               "TR-03105-5.1 G_13"),
    PACE_FAULT("13", "tag-94", CHIP_PACE_TAG, 3, "chip-unreadable", "the ephemeral key under tag 94", "data objects",
               "TR-03105-5.1 G_19"),
    PACE_FAULT("14", "tag-96", CHIP_PACE_TAG, 4, "chip-unreadable", "the token under tag 96", "data objects",
               "TR-03105-5.1 G_25"),
    PACE_FAULT("15", "length-lies", CHIP_PACE_LENGTH, 2, "chip-unreadable", "mapping data announce more than there is",
               "data objects", "issue 15"),
    PACE_FAULT("16", "empty-answer", CHIP_PACE_EMPTY, 3, "chip-unreadable", "an empty 7C at the key agreement",
               "data objects", "issue 15"),
    PACE_FAULT("20", "map-off-curve", CHIP_PACE_OFF_CURVE, 2, "chip-unreadable", "mapping point off the curve",
               "mapping data", "TR-03105-5.1 G_14"),
    PACE_FAULT("21", "map-infinity", CHIP_PACE_INFINITY, 2, "chip-unreadable", "mapping point at infinity",
               "mapping data", "TR-03105-5.1 G_15"),
    PACE_FAULT("22", "map-zero", CHIP_PACE_ZERO, 2, "chip-unreadable", "mapping point 0, 0", "mapping data",
               "TR-03105-5.1 G_16"),
    PACE_FAULT("23", "map-over-field", CHIP_PACE_OVER_FIELD, 2, "chip-unreadable", "coordinates over the field",
               "mapping data", "TR-03105-5.1 G_17"),
    PACE_FAULT("24", "map-compressed", CHIP_PACE_COMPRESSED, 2, "chip-unreadable", "a compressed mapping point",
               "mapping data", "9303-11 9.4.1"),
    PACE_FAULT("25", "map-short", CHIP_PACE_SHORT, 2, "chip-unreadable", "mapping point without its last octet",
               "mapping data", "9303-11 9.4.1"),
    PACE_FAULT("26", "map-echo", CHIP_PACE_ECHO, 2, "chip-unreadable", "the reader's own mapping point sent back",
               "mapping data", "9303-11 4.4.1"),
    PACE_FAULT("30", "key-off-curve", CHIP_PACE_OFF_CURVE, 3, "chip-unreadable", "ephemeral key off the curve",
               "the ephemeral key", "TR-03105-5.1 G_20"),
    PACE_FAULT("31", "key-infinity", CHIP_PACE_INFINITY, 3, "chip-unreadable", "ephemeral key at infinity",
               "the ephemeral key", "TR-03105-5.1 G_21"),
    PACE_FAULT("32", "key-zero", CHIP_PACE_ZERO, 3, "chip-unreadable", "ephemeral key 0, 0", "the ephemeral key",
               "TR-03105-5.1 G_22"),
    PACE_FAULT("33", "key-over-field", CHIP_PACE_OVER_FIELD, 3, "chip-unreadable", "coordinates over the field",
               "the ephemeral key", "TR-03105-5.1 G_22"),
    PACE_FAULT("34", "key-echo", CHIP_PACE_ECHO, 3, "chip-unreadable", "the reader's own ephemeral key sent back",
               "the ephemeral key", "TR-03105-5.1 G_23"),
    PACE_FAULT("40", "token-wrong", CHIP_PACE_TOKEN, 0, "secure-messaging", "a wrong token", "the token",
               "TR-03105-5.1 G_26"),
    PACE_FAULT("41", "token-short", CHIP_PACE_TOKEN_SHORT, 0, "chip-unreadable", "four octets of the right token",
               "the token", "9303-11 4.4.3.4"),
    PACE_FAULT("42", "token-empty", CHIP_PACE_TOKEN_EMPTY, 0, "chip-unreadable", "a token of no octet", "the token",
               "9303-11 4.4.3.4"),
    PACE_FAULT("43", "token-echo", CHIP_PACE_ECHO, 4, "secure-messaging", "the reader's own token sent back",
               "the token", "TR-03105-5.1 G_26"),
    PACE_FAULT("44", "any-password", CHIP_PACE_ANY_PASSWORD, 0, "secure-messaging",
               "a chip that takes any password and makes up its token", "the token", "issue 15"),
    FORGED("pace-plain-after", "UA4000045", "pace", "secure-messaging", "good tokens, then everything in the clear",
           "secure messaging", .source = "issue 15", PACE_13, .chip = {.fault = CHIP_PACE_KEEPS_PLAIN}),
    DH_FAULT("01", "map-one", CHIP_PACE_INFINITY, 2, "mapping value 1"),
    DH_FAULT("02", "map-zero", CHIP_PACE_ZERO, 2, "mapping value 0"),
    DH_FAULT("03", "map-over", CHIP_PACE_OVER_FIELD, 2, "mapping value over the modulus"),
    DH_FAULT("04", "key-one", CHIP_PACE_INFINITY, 3, "ephemeral value 1"),
    DH_FAULT("05", "key-zero", CHIP_PACE_ZERO, 3, "ephemeral value 0"),
    DH_FAULT("06", "key-subgroup", CHIP_PACE_OFF_CURVE, 3, "ephemeral value outside the subgroup"),

    /* -- SecurityInfos -- */
    INFO_FAULT("01", "not-tlv", INFO_NOT_TLV, "chip-unreadable", "EF.CardAccess is no TLV", "TR-03105-5.1 G_27"),
    INFO_FAULT("02", "parameters", INFO_UNKNOWN_PARAMETERS, "chip-unreadable", "the only PACEInfo has parameterId 31",
               "TR-03105-5.1 G_28"),
    INFO_FAULT("03", "version", INFO_VERSION, "chip-unreadable", "the only PACEInfo is of version 1", "9303-11 9.2.1"),
    INFO_FAULT("04", "endless", INFO_CARD_ACCESS_LONG, "chip-unreadable", "EF.CardAccess announces 2 GiB", "issue 15"),
    INFO_FAULT("05", "dg14-without", INFO_DG14_WITHOUT_PACE, "file-malformed",
               "the signed files do not confirm EF.CardAccess", "9303-11 4.2"),
    INFO_FAULT("06", "stripped", INFO_ACCESS_STRIPPED, "file-malformed",
               "EF.CardAccess was taken away, DG14 names PACE: a downgrade to BAC", "nfcpr #277; 9303-11 4.2"),
    FORGED("info-weakened", "UA4200007", "pace", "file-malformed",
           "EF.CardAccess offers 3DES where DG14 says AES: a downgrade", "EF.CardAccess and DG14",
           .source = "9303-11 4.2",
           .mechanisms = {.access = ACCESS_PACE, .pace = {GM(3DES, 13)}, .oddity = INFO_ACCESS_WEAKENED}),

    /* -- Chip authentication mapping -- */
    CAM_FAULT("01", "wrong", CHIP_CAM_WRONG, "secure-messaging", "data of another key", "TR-03105-5.1 G_31"),
    CAM_FAULT("02", "absent", CHIP_CAM_ABSENT, "secure-messaging", "DO8A is missing", "TR-03105-5.1 G_29"),
    CAM_FAULT("03", "tag-8b", CHIP_CAM_TAG, "secure-messaging", "DO8B in place of DO8A", "TR-03105-5.1 G_32"),
    CAM_FAULT("04", "empty", CHIP_CAM_EMPTY, "secure-messaging", "DO8A of no octet", "TR-03105-5.1 G_33"),
    CAM_FAULT("05", "size", CHIP_CAM_SIZE, "secure-messaging", "DO8A of no whole block", "TR-03105-5.1 G_30"),
    CAM_FAULT("06", "zero", CHIP_CAM_ZERO, "secure-messaging", "the data are zero", "9303-11 4.4.3.5"),
    CAM_INFO("1", "other-key", INFO_CAM_OTHER_KEY, "secure-messaging", "EF.CardSecurity holds another key",
             "TR-03105-5.1 G_39"),
    CAM_INFO("2", "no-key", INFO_CAM_NO_KEY, "secure-messaging", "EF.CardSecurity holds no key", "TR-03105-5.1 G_40"),
    CAM_INFO("3", "unsigned", INFO_CAM_UNSIGNED, "sod-signature", "the signature of EF.CardSecurity is spoilt",
             "TR-03105-5.1 H_93"),
    CAM_INFO("4", "missing", INFO_CAM_MISSING, "file-missing", "there is no EF.CardSecurity", "9303-11 4.4.3.5"),
    CAM_INFO("5", "fewer", INFO_CAM_FEWER, "file-malformed", "EF.CardSecurity does not repeat EF.CardAccess",
             "TR-03105-5.1 LDS_J_02"),

    /* -- Chip Authentication -- */
    FORGED("ca-old-keys", "UA4400001", "ca", "secure-messaging", "goes on with the old keys", "the new session",
           .source = "TR-03105-5.1 D_09", CA_128(INFO_SOUND), .chip = {.fault = CHIP_CA_OLD_KEYS}),
    FORGED("ca-refused", "UA4400002", "ca", "secure-messaging", "refuses its own key with 6A88", "Chip Authentication",
           .source = "TR-03105-5.1 D_15", CA_128(INFO_SOUND),
           .chip = {.fault = CHIP_CA_REFUSED, .status_word = 0x6A88}),
    FORGED("ca-off-curve", "UA4400003", "ca", "file-malformed", "DG14's key is off its curve", "the key in DG14",
           .source = "TR-03105-5.1 D_11", CA_128(INFO_CA_POINT_OFF_CURVE)),
    FORGED("ca-version", "UA4400004", "ca", "file-malformed", "ChipAuthenticationInfo of version 10", "DG14",
           .source = "TR-03105-5.1 LDS_F_06", CA_128(INFO_CA_VERSION)),

    /* -- Active Authentication -- */
    AA_FAULT("01", "other-nonce", CHIP_AA_WRONG, "a signature over another nonce: a recorded one",
             .source = "9303-11 6.1"),
    AA_FAULT("02", "other-key", CHIP_AA_OTHER_KEY, "a signature by another key", .source = "9303-11 6.1"),
    AA_FAULT("03", "trailer", CHIP_AA_TRAILER, "trailer 33CC", .source = "TR-03105-5.1 F_08"),
    AA_FAULT("04", "header", CHIP_AA_HEADER, "header 4A", .source = "9303-11 6.1.2.2"),
    AA_FAULT("05", "short", CHIP_AA_SHORT, "half a signature", .source = "issue 15"),
    AA_FAULT("06", "empty", CHIP_AA_EMPTY, "9000 without a signature", .source = "issue 15"),
    AA_FAULT("07", "zero", CHIP_AA_ZERO, "a signature of zeros", .source = "issue 15"),
    AA_FAULT("08", "refused", CHIP_AA_REFUSED, "6F00", .source = "issue 15"),
    AA_FAULT("09", "ecdsa-zero", CHIP_AA_ZERO, "ECDSA with r = s = 0", .source = "issue 15",
             .mechanisms = {.active_auth = AA_P256}),
    FORGED("aa-ecdsa-sha1", "UA4500010", "aa-ecdsa", "algorithm", "DG14 names ECDSA with SHA-1", "DG14",
           .source = "9303-11 6.1.2.3, 9.2.4", .mechanisms = {.active_auth = AA_P256, .oddity = INFO_AA_SHA1}),
    {.name = NULL},
};
