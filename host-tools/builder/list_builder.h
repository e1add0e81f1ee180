/* From records of documents to the body of an edition, proven by reading it back. */
#ifndef DOCREV_BUILDER_LIST_BUILDER_H
#define DOCREV_BUILDER_LIST_BUILDER_H

#include "builder/list_csv.h"
#include "trust/manifest.h"

/*
 * Duplicates. A document occurs in a list once, with one reason and basis. Of several records of one document the one with
 * the latest `since` wins; a record without a date is older than any with one. Of equally old ones the graver wins, in the
 * order stolen-blank, stolen, lost, cancelled (court-order, administrative, holder-request, not-stated), invalid. The order
 * in which records come never matters: same records, same bytes.
 *
 * Proof. finish() does not trust what it wrote: it walks the body with the firmware's reader and compares every entry, in
 * order, with what was to be listed (by SHA-256 over the sequence, and by count), and looks up the first and last entry of
 * every leaf, and every entry (one in LIST_PROOF_STEP when there are more than LIST_PROOF_ALL). A body that does not pass is not returned.
 */
#define LIST_PROOF_ALL 2000000U
#define LIST_PROOF_STEP 256U

enum list_phase { LIST_READING, LIST_SORTING, LIST_WRITING, LIST_PROVING };
/* `total` is 0 when it is not known. Called every few thousand entries; false cancels (DR_ERR_STATE). */
typedef bool (*list_progress)(void *ctx, enum list_phase phase, uint64_t done, uint64_t total);

struct list_builder_options {
    size_t memory;          /* octets for sorting; 0 = 256 MiB. More entries are sorted in runs on disk ($TMPDIR) */
    list_progress progress; /* may be NULL */
    void *progress_ctx;
};

struct list_build_result {
    uint64_t records;    /* taken in */
    uint64_t duplicates; /* of them, records of a document that another record names too */
    uint64_t conflicts;  /* of those, with another reason or basis than the one that won */
    uint64_t looked_up;  /* entries proven by look-up, beyond the walk */
    uint32_t leaf_count;
};

/* What is wrong with lines of a CSV: the first LIST_MAX_ERRORS of them, and how many there are. */
#define LIST_MAX_ERRORS 20U
struct list_csv_errors {
    uint64_t count;
    uint32_t kept;
    struct {
        uint64_t line;
        char why[160];
    } first[LIST_MAX_ERRORS];
};

struct list_builder;

/* `options` may be NULL. NULL when there is no memory. */
struct list_builder *list_builder_new(const struct list_builder_options *options);
void list_builder_free(struct list_builder *builder);

/* DR_ERR_ARGUMENT for an identity or record that is not in normal form. */
enum dr_status list_builder_add(struct list_builder *builder, const struct list_record *record);

/* All lines of a CSV. DR_ERR_MALFORMED when any line is wrong: the whole file is read all the same, to report them. */
enum dr_status list_builder_add_csv(struct list_builder *builder, FILE *csv, enum document_basis default_basis,
                                    struct list_csv_errors *errors);

/*
 * Writes the body to `body` (open for reading and writing, empty, seekable) and sets entry_count, block_size, body_length
 * and root of `manifest`; the other fields are the caller's. DR_ERR_CORRUPT: the proof failed (a defect of docrev).
 * Ends the builder: only list_builder_free may follow.
 */
enum dr_status list_builder_finish(struct list_builder *builder, FILE *body, struct manifest *manifest,
                                   struct list_build_result *result);

#endif
