/* The passports the simulator can put on its reader. A profile is data: one row says what it is and what it must lead to. */
#ifndef PASSPORT_SIM_PROFILES_H
#define PASSPORT_SIM_PROFILES_H

#include "chip/traits.h"
#include "issuer/holder.h"
#include "issuer/lds.h"
#include "issuer/mechanisms.h"
#include "issuer/pki.h"

/* What is wrong with the data, done after the document was signed. */
enum data_fault {
    DATA_SOUND,
    DATA_DG1_ALTERED,   /* another name in DG1 (and on the page) than the one signed */
    DATA_SOD_ALTERED,   /* so in DG1, and its hash in EF.SOD is replaced without signing anew */
    DATA_SOD_SIGNATURE, /* one bit of the signature is turned */
    DATA_SOD_TRUNCATED, /* EF.SOD ends before the length it announces */
    DATA_SOD_MISSING,
    DATA_DG1_MISSING,
    DATA_PRINTED_OTHER, /* the page shows another passport's zone: number, dates, name */
    DATA_PRINTED_STATE, /* the page shows another issuing state; number and dates are the chip's */
    DATA_SPECIMEN,      /* files of the BSI's specimen, from $DOCREV_TESTDATA */
    DATA_SOD_TAG,       /* outer tag 78 */
    DATA_SOD_TRAILING,  /* octets after the end of EF.SOD: harmless */
    DATA_SOD_EMPTY,     /* 77 00 */
    DATA_SOD_LONG_FORM, /* its length in five octets where three do */
    DATA_SOD_OTHER,     /* EF.SOD of another passport */
    DATA_COM_MISSING,   /* harmless */
    DATA_COM_LIES,      /* EF.COM lists other groups: unsigned */
    DATA_DG14_STRIPPED, /* EF.SOD lists DG14, the chip has none and no Chip Authentication */
    DATA_DG15_STRIPPED, /* so with DG15 */
    DATA_DG15_OTHER,    /* DG15 and the key behind it are another's */
    DATA_CLONE,         /* all files copied; the chip's private keys are not to be had */

    /* Before it was signed: the issuer's own mistakes. */
    DATA_DG1_TAG,         /* outer tag 62 */
    DATA_DG1_SHORT,       /* its length is less than what there is */
    DATA_DG1_LONG,        /* and more */
    DATA_DG1_NO_MRZ,      /* the zone stands under another tag */
    DATA_DG1_EMPTY,       /* 61 00 */
    DATA_DG1_CUT_ZONE,    /* 80 characters of zone */
    DATA_DG1_CHECK_DIGIT, /* the number's check digit is wrong */
    DATA_DG1_CHARACTERS,  /* a control character in the name */
    DATA_DG1_INDEFINITE,  /* indefinite length */
    DATA_DG1_TRAILING,    /* octets after the end, not hashed: harmless */
    DATA_DG14_TAG,        /* DG14 with tag 6F */
    DATA_DG14_SHORT,      /* its length is less than what there is */
    DATA_DG15_TAG,        /* DG15 with tag 6E */
    DATA_DG15_GARBAGE,    /* no SubjectPublicKeyInfo */
    DATA_DG15_SMALL       /* RSA of 512 bits */
};

/* When the document was issued and expires, in years from the year of personalisation. */
enum term {
    TERM_CURRENT, /* ten years from 15 February of the year before */
    TERM_LAPSED   /* a provisional passport of nine months from that day */
};

struct profile {
    const char *name;
    const char *description; /* one line */
    const char *breaks;      /* what it breaks; "nothing" */
    const char *verdict;     /* "NO RECORD", "REFER", "CANNOT VERIFY" with a list that names nothing but `listed` */
    const char *reason;      /* one of the verdict's reasons must be this word of inspection/verdict.h; "" for none */
    const char *requires;    /* the mechanism a reader must have to come to it (README); "" or NULL: none but BAC */
    const char *source;      /* where such a document was seen, or which rule it tests; NULL: this project's */

    const struct holder *holder;
    const char *number;
    const char *issuing_state; /* NULL: UTO */
    enum term term;
    enum dsc_id signer;
    enum lds_version version;
    enum data_fault data;
    enum mrz_format format;
    enum cms_oddity cms;
    enum security_oddity security;
    struct chip_traits chip;
    struct mechanisms mechanisms;
};

/* The profile after `last`; the first after NULL; NULL after the last. */
const struct profile *profile_next(const struct profile *last);

const struct profile *profile_find(const char *name);

#endif
