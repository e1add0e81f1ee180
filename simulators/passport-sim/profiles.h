/* The passports the simulator can put on its reader. A profile is data: one row says what it is and what it must lead to. */
#ifndef PASSPORT_SIM_PROFILES_H
#define PASSPORT_SIM_PROFILES_H

#include "chip/traits.h"
#include "issuer/holder.h"
#include "issuer/lds.h"
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
    DATA_SPECIMEN       /* files of the BSI's specimen, from $DOCREV_TESTDATA */
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

    const struct holder *holder;
    const char *number;
    const char *issuing_state; /* NULL: UTO */
    enum term term;
    enum dsc_id signer;
    enum lds_version version;
    enum data_fault data;
    struct chip_traits chip;
};

/* Ends with a row without name. */
extern const struct profile profiles[];

const struct profile *profile_find(const char *name);

#endif
