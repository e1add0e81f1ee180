/* Sets of synthetic documents with fixed seeds and a known information bound. They resemble lists, and name nobody. */
#ifndef DOCREV_BENCH_LIST_SETS_H
#define DOCREV_BENCH_LIST_SETS_H

#include "builder/list_csv.h"

/*
 * A  1 M of 10^8 numbers, uniform                 B  1 M of 36^9 numbers, uniform
 * C  10 M over 40 issuers (Zipf), 2-6 series each of density 0.1-5 %, 10 % of the entries in runs of 100-10,000
 * D  125 M in 9,000 series of 10^6 with Zipf densities up to 40 %
 * E  170,000 in 12 runs
 * F  C with reasons mixed in each series: stolen 30 %, lost 55 %, cancelled 5 % over four bases, runs stolen-blank
 */
struct list_set {
    char name;
    uint64_t entries; /* after list_set_generate */
    double bound;     /* bits, for an encoder that knows the series, and what was not random about them */
    double universe;  /* numbers there are in all the series */
};

/* Calls `visit` with every document, in the list's order. DR_ERR_STATE when it returns false. `scale` divides the sizes. */
typedef bool (*list_set_visit)(void *ctx, const struct list_record *record);
enum dr_status list_set_generate(char name, uint32_t scale, list_set_visit visit, void *ctx, struct list_set *set);

#endif
