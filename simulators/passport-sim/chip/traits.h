/* How a chip differs from a sound one. Part of a profile's row: all zero is a sound chip. */
#ifndef PASSPORT_SIM_CHIP_TRAITS_H
#define PASSPORT_SIM_CHIP_TRAITS_H

#include <stdbool.h>
#include <stdint.h>

enum chip_fault {
    CHIP_SOUND,
    CHIP_MUTE,            /* activates, then answers no APDU */
    CHIP_LEAVES,          /* is pulled away during exchange number `at` since its activation */
    CHIP_HANGS_READER,    /* the PN532 falls silent at exchange number `at` */
    CHIP_SLIPS,           /* is out of the field for a moment at exchange number `at`, once */
    CHIP_RF_STATUS,       /* from exchange `at` on the PN532 reports `status` in place of an answer */
    CHIP_RF_STATUS_ONCE,  /* at exchange `at` only, after which the chip is to be activated anew */
    CHIP_FRAME,           /* the PN532's frame at exchange `at` is broken as `frame` says */
    CHIP_CUT_ANSWER,      /* one octet in place of a status word */
    CHIP_NO_OCTETS,       /* an answer without any octet */
    CHIP_FLOODS,          /* 64 KiB in answer to everything */
    CHIP_BAC_WRONG_MAC,   /* a wrong MAC in its half of mutual authentication */
    CHIP_BAC_WRONG_NONCE, /* authentic, but for another challenge of the reader: a recorded session */
    CHIP_BAC_REPEATS,     /* the same challenge each time */
    CHIP_BAC_ECHO,        /* the reader's own cryptogram sent back */
    CHIP_BAC_SHORT,       /* mutual authentication answered by half the octets */
    CHIP_BAC_PLAIN,       /* mutual authentication answered by 9000 without data */
    CHIP_CHALLENGE_ZERO,  /* a challenge of zeros */
    CHIP_CHALLENGE_SHORT, /* of four octets */
    CHIP_APPLICATION,     /* SELECT of the application fails with `status_word` */
    CHIP_PLAIN_SUCCESS,   /* answers protected commands with a bare 9000 */
    CHIP_PLAIN_DATA,      /* with data in the clear and a bare 9000 */
    CHIP_PLAIN_ERROR,     /* with a bare `status_word` from exchange `at` on */
    CHIP_WRONG_MAC,       /* DO8E is not the MAC */
    CHIP_SHORT_MAC,       /* DO8E holds its first four octets */
    CHIP_EMPTY_MAC,       /* DO8E holds nothing */
    CHIP_NO_MAC,          /* DO8E is missing */
    CHIP_NO_STATUS,       /* DO99 is missing, the MAC covers what is there */
    CHIP_SHORT_STATUS,    /* DO99 holds one octet, the MAC covers it */
    CHIP_OTHER_STATUS,    /* the outer status word is not the one in DO99 */
    CHIP_NO_CRYPTOGRAM,   /* DO87 is missing, the MAC covers what is there */
    CHIP_TWO_CRYPTOGRAMS, /* DO87 comes twice, the MAC covers both */
    CHIP_CRYPTOGRAM,      /* DO87 was altered after the MAC */
    CHIP_CRYPTOGRAM_SIZE, /* DO87 is no whole block, under a good MAC */
    CHIP_PADDING,         /* the plain text is not padded, under a good MAC */
    CHIP_INDICATOR,       /* padding-content indicator 02, under a good MAC */
    CHIP_STRAY_OBJECT,    /* an unknown data object under a good MAC */
    CHIP_OBJECT_LENGTH,   /* DO87 announces more than the answer holds */
    CHIP_OLD_COUNTER,     /* the send sequence counter stands still */
    CHIP_REFLECTS,        /* sends the protected command back as its answer */
    CHIP_REPLAYS,         /* repeats its last protected answer from exchange number `at` on */
    CHIP_EMPTY_READS,     /* READ BINARY succeeds without any data */
    CHIP_ENDLESS_FILE,    /* EF.SOD announces 2 GiB, and there is always more to read */
    CHIP_ENDLESS_DG1,     /* so does DG1 */
    CHIP_INDEFINITE_END,  /* EF.SOD of indefinite length that never ends */
    CHIP_SHRINKING_READS, /* READ BINARY gives an octet at a time */
    CHIP_LONG_ANSWERS,    /* READ BINARY gives more than was asked for */
    CHIP_OTHER_FILE,      /* SELECT of DG1 selects EF.COM */
    CHIP_SWAPS_FILE,      /* DG1 is another one the second time its first octet is read */
    CHIP_CORRECT_LE_LOOP, /* 6Cxx to every READ BINARY, never content */
    CHIP_MORE_DATA_LOOP,  /* 61xx for ever */
    CHIP_FILE_STATUS,     /* SELECT of EF.SOD fails with `status_word` */

    CHIP_PACE_MSE,           /* MSE:Set AT fails with `status_word` */
    CHIP_PACE_STEP,          /* step `at` of GENERAL AUTHENTICATE fails with `status_word` */
    CHIP_PACE_TAG,           /* step `at` answers under tag 90, 92, 94 or 96 */
    CHIP_PACE_LENGTH,        /* step `at` announces more octets than follow */
    CHIP_PACE_EMPTY,         /* step `at` answers an empty 7C */
    CHIP_PACE_TRAILING,      /* step `at` has octets after the value, inside 7C */
    CHIP_PACE_NONCE_ALTERED, /* one bit of the encrypted nonce is turned */
    CHIP_PACE_NONCE_ZERO,    /* the nonce is all zeros */
    CHIP_PACE_NONCE_SHORT,   /* half a block of encrypted nonce */
    CHIP_PACE_NONCE_LONG,    /* 240 octets of it */
    CHIP_PACE_OFF_CURVE,     /* step `at`: a point off the curve */
    CHIP_PACE_INFINITY,      /* step `at`: the point at infinity; with DH, the value 1 */
    CHIP_PACE_ZERO,          /* step `at`: coordinates 0, 0; with DH, the value 0 */
    CHIP_PACE_OVER_FIELD,    /* step `at`: coordinates FF..FF; with DH, the value p - 1 or more */
    CHIP_PACE_COMPRESSED,    /* step `at`: a compressed point */
    CHIP_PACE_SHORT,         /* step `at`: the last octet is missing */
    CHIP_PACE_ECHO,          /* step `at`: the reader's own key, or token, sent back */
    CHIP_PACE_TOKEN,         /* a wrong token */
    CHIP_PACE_TOKEN_SHORT,   /* four octets of the right token */
    CHIP_PACE_TOKEN_EMPTY,   /* none of it */
    CHIP_PACE_ANY_PASSWORD,  /* does not check the reader's token, and answers a made-up one */
    CHIP_PACE_KEEPS_PLAIN,   /* no secure messaging after PACE */
    CHIP_CAM_WRONG,          /* the chip authentication data are those of another key */
    CHIP_CAM_ABSENT,         /* DO8A is missing */
    CHIP_CAM_TAG,            /* it comes as 8B */
    CHIP_CAM_EMPTY,          /* it is empty */
    CHIP_CAM_SIZE,           /* it is no whole block */
    CHIP_CAM_ZERO,           /* the data are zero */
    CHIP_CAM_UNASKED,        /* DO8A in plain generic mapping */

    CHIP_CA_REFUSED,   /* Chip Authentication fails with `status_word`, the session stays */
    CHIP_CA_LOSES,     /* and the session is lost */
    CHIP_CA_OLD_KEYS,  /* succeeds, and goes on with the old keys */
    CHIP_CA_GUESSES,   /* succeeds, with keys of its own making: a clone without the private key */
    CHIP_AA_WRONG,     /* signs another nonce */
    CHIP_AA_OTHER_KEY, /* signs with another key than DG15's */
    CHIP_AA_TRAILER,   /* trailer 33CC, which is no hash */
    CHIP_AA_HEADER,    /* header 4A */
    CHIP_AA_SHORT,     /* half the signature */
    CHIP_AA_EMPTY,     /* no octet, 9000 */
    CHIP_AA_REFUSED,   /* `status_word` */
    CHIP_AA_ZERO       /* zeros as long as the signature */
};

/* READ BINARY that reaches over the end of the file: what real chips do (TR-03105-5.1 C_03 to C_06). */
enum end_of_file {
    END_WARNING,    /* the octets there are, and 6282 */
    END_FEWER,      /* the octets there are, and 9000 */
    END_CORRECT_LE, /* 6Cxx */
    END_OFFSET      /* 6B00 */
};

/* What a chip does with a READ BINARY over `max_read`. */
enum over_limit {
    OVER_WRONG_LENGTH, /* 6700 */
    OVER_OFFSET,       /* 6B00 */
    OVER_WARNING,      /* max_read octets, and 6282 */
    OVER_FEWER,        /* max_read octets, and 9000 */
    OVER_CORRECT_LE,   /* 6Cxx */
    OVER_NOTHING       /* 9000 without data */
};

/* Bits of chip_traits.quirks: habits of sound chips (reader-cases, section c). */
enum chip_quirk {
    QUIRK_NO_LE = 1 << 0,              /* Le with SELECT or MSE is refused with 6700 */
    QUIRK_MF_EMPTY_FALSE = 1 << 1,     /* SELECT MF without data says 9000 and selects nothing */
    QUIRK_MF_NEEDED = 1 << 2,          /* EF.CardAccess can be selected after SELECT MF only */
    QUIRK_NO_SFI = 1 << 3,             /* short file identifiers are not supported */
    QUIRK_SESSION_LOST = 1 << 4,       /* a READ over the limit ends the session */
    QUIRK_BARE_REFUSAL = 1 << 5,       /* and is refused by a bare status word, the counter not advanced */
    QUIRK_BAC_LE_0 = 1 << 6,           /* EXTERNAL AUTHENTICATE with Le 28 is refused */
    QUIRK_MORE_DATA = 1 << 7,          /* long answers come by 61xx and GET RESPONSE */
    QUIRK_MSE_NEEDS_SET = 1 << 8,      /* 6A87 to MSE:Set AT without DO84 */
    QUIRK_FIELD_RESET = 1 << 9,        /* mute after a failed access until the field was off */
    QUIRK_NO_KAT = 1 << 10,            /* 3DES Chip Authentication by MSE:Set AT only (9303-11 8.5) */
    QUIRK_AA_EXTENDED = 1 << 11,       /* Active Authentication cut to a short response unless Le is extended */
    QUIRK_AA_DER = 1 << 12,            /* ECDSA signature in DER */
    QUIRK_AA_NEEDS_LE = 1 << 13,       /* 6Cxx without Le */
    QUIRK_APPLICATION_PLAIN = 1 << 14, /* a PACE-only chip that lets the application be selected before access */
    QUIRK_CARD_ACCESS_EMPTY = 1 << 15, /* 6283 for EF.CardAccess */
    QUIRK_CA_EXTENDED = 1 << 16        /* Chip Authentication needs a command of the extended form */
};

/* What is wrong with the PN532's answer frame. */
enum frame_fault {
    FRAME_SOUND,
    FRAME_DATA_CHECKSUM,
    FRAME_LENGTH_CHECKSUM,
    FRAME_LENGTH, /* announces 255 octets */
    FRAME_TFI,    /* the host's own identifier */
    FRAME_CODE,   /* the answer to another command */
    FRAME_CUT,    /* ends in the middle */
    FRAME_ERROR,  /* the application error frame */
    FRAME_TWICE,  /* the ACK once more in place of the answer */
    FRAME_NACK,   /* NACK in place of ACK */
    FRAME_NOISE,  /* noise before it */
    FRAME_NO_ACK, /* the answer without ACK */
    FRAME_NO_POSTAMBLE
};

struct chip_traits {
    enum chip_fault fault;
    unsigned at;
    uint16_t status_word;
    uint8_t status; /* of the PN532 */
    enum frame_fault frame;
    enum end_of_file end_of_file;
    enum over_limit over_limit;
    uint16_t max_read; /* READ BINARY of more octets meets over_limit; 0: what fits the response */
    uint32_t quirks;
    uint16_t select_mf;   /* status word of SELECT MF; 0: 9000 */
    uint16_t bac_refusal; /* of a PACE-only chip to GET CHALLENGE; 0: 6982 to SELECT of the application already */

    /* Radio. */
    char type;             /* 0: 'A' */
    uint8_t bit_rates;     /* TA of the ATS, or byte 9 of ATQB; 0: up to 848 kbit/s */
    uint8_t frame_size;    /* FSCI; 0: 8, 256 octets */
    uint16_t slow_ms;      /* waiting time before each answer, asked for by S(WTX) */
    uint16_t slow_step_ms; /* before answers of GENERAL AUTHENTICATE */
};

#endif
