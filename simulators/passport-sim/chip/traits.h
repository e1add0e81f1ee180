/* How a chip differs from a sound one. Part of a profile's row: all zero is a sound chip. */
#ifndef PASSPORT_SIM_CHIP_TRAITS_H
#define PASSPORT_SIM_CHIP_TRAITS_H

#include <stdint.h>

enum chip_fault {
    CHIP_SOUND,
    CHIP_MUTE,            /* activates, then answers no APDU */
    CHIP_LEAVES,          /* is pulled away during exchange number `at` since its activation */
    CHIP_HANGS_READER,    /* the PN532 falls silent at exchange number `at` */
    CHIP_BAC_WRONG_MAC,   /* a wrong MAC in its half of mutual authentication */
    CHIP_BAC_WRONG_NONCE, /* authentic, but for another challenge of the reader: a recorded session */
    CHIP_PLAIN_SUCCESS,   /* answers protected commands with a bare 9000 */
    CHIP_PLAIN_DATA,      /* with data in the clear and a bare 9000 */
    CHIP_WRONG_MAC,       /* DO8E is not the MAC */
    CHIP_NO_MAC,          /* DO8E is missing */
    CHIP_OTHER_STATUS,    /* the outer status word is not the one in DO99 */
    CHIP_REPLAYS,         /* repeats its last protected answer from exchange number `at` on */
    CHIP_EMPTY_READS,     /* READ BINARY succeeds without any data */
    CHIP_ENDLESS_FILE,    /* EF.SOD announces 2 GiB, and there is always more to read */
    CHIP_LONG_ANSWERS     /* READ BINARY gives more than was asked for */
};

/* READ BINARY that reaches over the end of the file: what real chips do (TR-03105-5.1 C_03 to C_06). */
enum end_of_file {
    END_WARNING,    /* the octets there are, and 6282 */
    END_FEWER,      /* the octets there are, and 9000 */
    END_CORRECT_LE, /* 6Cxx */
    END_OFFSET      /* 6B00 */
};

struct chip_traits {
    enum chip_fault fault;
    unsigned at;
    enum end_of_file end_of_file;
    uint16_t max_read; /* READ BINARY of more octets is refused with 6700; 0: what fits the response */
};

#endif
