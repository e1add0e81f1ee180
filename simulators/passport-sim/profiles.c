#include "profiles.h"

#include <string.h>

#define NO_RECORD "NO RECORD"
#define REFER "REFER"
#define CANNOT_VERIFY "CANNOT VERIFY"

#define AINO                                                                                                           \
    {                                                                                                                  \
        "VIRTANEN", "AINO<HELMI", "880314", 'F', 0                                                                     \
    }
#define BRUNO                                                                                                          \
    {                                                                                                                  \
        "KELLER", "BRUNO", "750921", 'M', 1                                                                            \
    }
#define CARLA                                                                                                          \
    {                                                                                                                  \
        "ERIKSSON", "ANNA<MARIA", "740812", 'F', 8                                                                     \
    }
#define DANIEL                                                                                                         \
    {                                                                                                                  \
        "OKAFOR", "DANIEL<CHIDI", "910702", 'M', 3                                                                     \
    }
#define ELIF                                                                                                           \
    {                                                                                                                  \
        "YILMAZ", "ELIF", "960105", 'F', 6                                                                             \
    }
#define FABIAN                                                                                                         \
    {                                                                                                                  \
        "NOVAK", "FABIAN", "830530", 'M', 5                                                                            \
    }

/* Documents without any fault. */
#define SOUND(name_, number_, holder_, description_, ...)                                                              \
    {                                                                                                                  \
        .name = (name_), .number = (number_), .holder = holder_, .description = (description_), .breaks = "nothing",   \
        __VA_ARGS__                                                                                                    \
    }

/* Chips or readers that misbehave while a sound document is read: never an answer. */
#define HOSTILE(name_, number_, fault_, at_, reason_, description_, breaks_)                                           \
    {                                                                                                                  \
        .name = (name_), .number = (number_), .holder = FABIAN, .description = (description_), .breaks = (breaks_),    \
        .verdict = CANNOT_VERIFY, .reason = (reason_), .chip = {                                                       \
            .fault = (fault_),                                                                                         \
            .at = (at_)                                                                                                \
        }                                                                                                              \
    }

const struct profile profiles[] = {
    SOUND("genuine", "UT7260418", AINO, "a sound passport: BAC, RSA-4096 CSCA, P-256 signer, Active Authentication",
          .verdict = NO_RECORD, .reason = ""),
    SOUND("genuine-pss", "UT3308127", BRUNO,
          "a sound passport under RSA-3072 with PSS, signer RSA-2048 with PSS, LDS 1.8", .verdict = NO_RECORD,
          .reason = "", .signer = DSC_PSS, .version = LDS_1_8),
    SOUND("genuine-brainpool", "UT5519602", ELIF, "a sound passport under brainpoolP384r1, signer brainpoolP256r1",
          .verdict = NO_RECORD, .reason = "", .signer = DSC_BRAINPOOL),
    SOUND("genuine-short-reads", "UT9027745", DANIEL, "a sound passport whose chip refuses to read over 160 octets",
          .verdict = NO_RECORD, .reason = "", .chip = {.max_read = 160, .end_of_file = END_CORRECT_LE}),
    SOUND("listed", "L898902C3", CARLA, "a sound passport that its issuer lists as stolen", .verdict = REFER,
          .reason = "listed-stolen"),

    {.name = "dg1-altered",
     .number = "UT4410973",
     .holder = BRUNO,
     .data = DATA_DG1_ALTERED,
     .description = "the name in DG1 and on the page was changed",
     .breaks = "hash of DG1 in EF.SOD",
     .verdict = CANNOT_VERIFY,
     .reason = "dg-hash"},
    {.name = "sod-altered",
     .number = "UT4410974",
     .holder = BRUNO,
     .data = DATA_SOD_ALTERED,
     .description = "the name was changed, and the hash of DG1 in EF.SOD with it",
     .breaks = "signed attributes of EF.SOD",
     .verdict = CANNOT_VERIFY,
     .reason = "sod-signature"},
    {.name = "sod-signature",
     .number = "UT4410975",
     .holder = BRUNO,
     .data = DATA_SOD_SIGNATURE,
     .description = "one bit of the signature of EF.SOD is turned",
     .breaks = "signature of EF.SOD",
     .verdict = CANNOT_VERIFY,
     .reason = "sod-signature"},
    {.name = "csca-unknown",
     .number = "UT6675201",
     .holder = DANIEL,
     .signer = DSC_FORGER,
     .description = "well signed, but under a CSCA that a forger made up with the state's name",
     .breaks = "path from signer to CSCA",
     .verdict = CANNOT_VERIFY,
     .reason = "csca-unknown"},
    {.name = "dsc-expired",
     .number = "UT6675202",
     .holder = ELIF,
     .signer = DSC_EXPIRED,
     .description = "the document signer's certificate ran out before the passport",
     .breaks = "validity of the signer",
     .verdict = CANNOT_VERIFY,
     .reason = "dsc-expired"},
    {.name = "dsc-key-usage",
     .number = "UT6675203",
     .holder = ELIF,
     .signer = DSC_CA_KEY_USAGE,
     .description = "the signer's certificate allows to sign certificates, not documents",
     .breaks = "key usage of the signer",
     .verdict = CANNOT_VERIFY,
     .reason = "dsc-profile"},
    {.name = "document-expired",
     .number = "UT1180036",
     .holder = AINO,
     .term = TERM_LAPSED,
     .description = "a sound provisional passport after its date of expiry",
     .breaks = "date of expiry",
     .verdict = REFER,
     .reason = "document-expired"},
    {.name = "state-mismatch",
     .number = "UT1180037",
     .holder = DANIEL,
     .issuing_state = "XXB",
     .description = "a signer of Utopia vouches for another state's document",
     .breaks = "country of the signer",
     .verdict = CANNOT_VERIFY,
     .reason = "state-mismatch"},
    {.name = "wrong-mrz",
     .number = "UT2093318",
     .holder = ELIF,
     .data = DATA_PRINTED_OTHER,
     .description = "a page that does not belong to the chip: number and dates differ",
     .breaks = "BAC key",
     .verdict = CANNOT_VERIFY,
     .reason = "access-denied"},
    {.name = "printed-state",
     .number = "UT2093319",
     .holder = ELIF,
     .data = DATA_PRINTED_STATE,
     .description = "the page shows another issuing state than the chip; number and dates agree",
     .breaks = "DG1 against the printed zone",
     .verdict = CANNOT_VERIFY,
     .reason = "mrz-differs"},
    {.name = "specimen",
     .number = "",
     .data = DATA_SPECIMEN,
     .description = "the BSI's specimen passport of 2008, from the test data",
     .breaks = "its CSCA is not public; expired",
     .verdict = CANNOT_VERIFY,
     .reason = "document-expired"},

    {.name = "truncated-sod",
     .number = "UT8800001",
     .holder = FABIAN,
     .data = DATA_SOD_TRUNCATED,
     .description = "EF.SOD ends before the length it announces",
     .breaks = "size of EF.SOD",
     .verdict = CANNOT_VERIFY,
     .reason = "file-malformed"},
    {.name = "missing-sod",
     .number = "UT8800002",
     .holder = FABIAN,
     .data = DATA_SOD_MISSING,
     .description = "there is no EF.SOD",
     .breaks = "EF.SOD",
     .verdict = CANNOT_VERIFY,
     .reason = "file-missing"},
    {.name = "missing-dg1",
     .number = "UT8800003",
     .holder = FABIAN,
     .data = DATA_DG1_MISSING,
     .description = "EF.SOD lists DG1, but the chip has none",
     .breaks = "DG1",
     .verdict = CANNOT_VERIFY,
     .reason = "file-missing"},

    HOSTILE("no-answer", "UT8800004", CHIP_MUTE, 0, "chip-removed", "the chip activates and then answers nothing",
            "every exchange"),
    HOSTILE("card-removed", "UT8800005", CHIP_LEAVES, 7, "chip-removed", "the chip is pulled away at its 7th exchange",
            "an exchange in the middle of reading"),
    HOSTILE("silent-reader", "UT8800006", CHIP_HANGS_READER, 6, "reader-silent",
            "the PN532 falls silent at the 6th exchange", "the reader itself, until the next passport"),
    HOSTILE("bac-wrong-mac", "UT8800007", CHIP_BAC_WRONG_MAC, 0, "secure-messaging",
            "the chip's half of mutual authentication has a wrong MAC", "BAC"),
    HOSTILE("bac-replayed", "UT8800008", CHIP_BAC_WRONG_NONCE, 0, "secure-messaging",
            "the chip's half of mutual authentication answers another challenge", "BAC"),
    HOSTILE("plain-success", "UT8800009", CHIP_PLAIN_SUCCESS, 0, "secure-messaging",
            "the chip answers protected commands in the clear, with a bare 9000", "secure messaging"),
    HOSTILE("wrong-mac", "UT8800010", CHIP_WRONG_MAC, 0, "secure-messaging",
            "the MAC of every protected answer is wrong", "DO8E"),
    HOSTILE("no-mac", "UT8800011", CHIP_NO_MAC, 0, "secure-messaging", "protected answers come without a MAC", "DO8E"),
    HOSTILE("other-status", "UT8800012", CHIP_OTHER_STATUS, 0, "secure-messaging",
            "the status word outside is not the one that was authenticated", "DO99"),
    HOSTILE("replayed-answer", "UT8800013", CHIP_REPLAYS, 6, "secure-messaging",
            "the chip repeats its answer from the 6th exchange on", "send sequence counter"),
    HOSTILE("empty-reads", "UT8800014", CHIP_EMPTY_READS, 0, "file-malformed", "READ BINARY succeeds and gives nothing",
            "progress of reading"),
    HOSTILE("long-answers", "UT8800015", CHIP_LONG_ANSWERS, 0, "chip-unreadable",
            "READ BINARY gives an octet more than was asked for", "length of answers"),
    HOSTILE("endless-file", "UT8800016", CHIP_ENDLESS_FILE, 0, "file-malformed",
            "EF.SOD announces 2 GiB and never ends", "size of EF.SOD"),
    {.name = NULL},
};

const struct profile *profile_find(const char *name)
{
    for (const struct profile *profile = profiles; profile->name != NULL; profile++) {
        if (strcmp(profile->name, name) == 0) {
            return profile;
        }
    }
    return NULL;
}
