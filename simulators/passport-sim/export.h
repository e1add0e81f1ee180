/* What the simulator prints and writes for others: its profiles, and the files of its documents. */
#ifndef PASSPORT_SIM_EXPORT_H
#define PASSPORT_SIM_EXPORT_H

#include "station.h"

/* One line a profile: name, verdict, reason, description; or JSON lines. */
void print_profiles(bool json);
/* The printed zone, two or three lines. Ends the program when the profile cannot be had. */
void print_mrz(struct station *station, const struct profile *profile);

/* DIR/csca/NAME.cer for each published CSCA, DIR/link/NAME.cer for each key that an older one vouches for, DIR/crl/NAME.crl;
 * DIR/PROFILE/EF_COM.bin, EF_SOD.bin, DG1.bin, ..., MRZ.txt, of one profile or, with
 * NULL, of all. Of all, those that cannot be had are left out with a note on stderr. Failure ends the program. */
void export_documents(struct station *station, const char *directory, const struct profile *only);

#endif
