/* Progress of long work on stderr: a bar with rate and time left on a terminal, a plain line every tenth elsewhere. */
#ifndef DOCREV_DOCREV_PROGRESS_H
#define DOCREV_DOCREV_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *label, *unit;
    bool terminal, shown;
    double began, drawn; /* seconds of a steady clock */
    uint64_t from;       /* what was done already when it began */
    unsigned tenths;     /* printed so far */
};

void progress_begin(struct progress *progress, const char *label, const char *unit, uint64_t from);
/* `total` 0: not known. */
void progress_show(struct progress *progress, uint64_t done, uint64_t total);
/* Ends the bar's line. */
void progress_end(struct progress *progress);

#endif
