/* Fictional people, and the machine readable zone of their documents (ICAO 9303-3 4, 9303-4 4.2, 9303-5 4.2,
 * 9303-6 4.2). */
#ifndef PASSPORT_SIM_ISSUER_HOLDER_H
#define PASSPORT_SIM_ISSUER_HOLDER_H

#include "issuer/document.h"

struct holder {
    const char *surname; /* A-Z and '<' between parts */
    const char *given;
    const char *birth; /* YYMMDD */
    char sex;          /* 'F', 'M' or '<' */
    unsigned look;     /* seed of the portrait */
};

enum mrz_format { MRZ_TD3, MRZ_TD2, MRZ_TD1 };

/* What a zone is made of. Strings are as they stand in the zone, fillers left out. */
struct mrz_fields {
    const struct holder *holder;
    const char *issuing_state;
    const char *number;
    char expiry[7];
    enum mrz_format format;
};

/* Lines that the format does not have are empty. */
void mrz_compose(const struct mrz_fields *fields, char lines[MRZ_LINES][MRZ_LINE + 1]);
/* MRZ information: number, birth, expiry, each with its check digit (ICAO 9303-11 9.7.3); a long number of a TD1 zone
 * joined again. */
void mrz_information(char lines[MRZ_LINES][MRZ_LINE + 1], char information[MRZ_INFORMATION]);

#endif
