/* Sorts the records of a list, in memory or, when they are many, in runs on disk that are merged. */
#ifndef DOCREV_BUILDER_RECORD_SORT_H
#define DOCREV_BUILDER_RECORD_SORT_H

#include "builder/list_csv.h"

/*
 * A record as it is sorted: memcmp order is the list's order, and of several records of one document the one that wins comes
 * first (list_builder.h, "Duplicates").
 */
struct sort_record {
    uint8_t key[DOCUMENT_KEY_MAX]; /* document_key, zeros behind it */
    uint8_t age[4];                /* the later `since` the smaller; all ones when unknown */
    uint8_t rank;                  /* place of reason and basis in the order of gravity */
};

#define SORT_RANKS 8U /* ranks are below */
struct sort_record sort_record_of(const struct list_record *record);
struct document_record sort_record_record(const struct sort_record *record);

struct record_sort;

/* `memory`: octets the sort may use for records, at least 1 MiB. NULL when there is no memory. */
struct record_sort *record_sort_new(size_t memory);
void record_sort_free(struct record_sort *sort);
enum dr_status record_sort_add(struct record_sort *sort, const struct sort_record *record);
/* After the last add. */
enum dr_status record_sort_begin(struct record_sort *sort);
/* In order; DR_ERR_NOT_FOUND at the end. */
enum dr_status record_sort_next(struct record_sort *sort, struct sort_record *record);

#endif
