#include "builder/record_sort.h"

#include <stdlib.h>

/* Gravity of what a list says of a document: the first of two that are equally old wins. */
static const struct document_record gravity[] = {{REASON_STOLEN_BLANK, BASIS_NONE},
                                                 {REASON_STOLEN, BASIS_NONE},
                                                 {REASON_LOST, BASIS_NONE},
                                                 {REASON_CANCELLED, BASIS_COURT_ORDER},
                                                 {REASON_CANCELLED, BASIS_ADMINISTRATIVE},
                                                 {REASON_CANCELLED, BASIS_HOLDER_REQUEST},
                                                 {REASON_CANCELLED, BASIS_NOT_STATED},
                                                 {REASON_INVALID, BASIS_NONE}};
#define GRAVITY_COUNT SORT_RANKS
#define FIRST_RECORDS ((size_t)1U << 16)
_Static_assert(sizeof gravity / sizeof gravity[0] == SORT_RANKS, "one rank for each record there is");

struct run {
    long offset; /* in the spool file */
    uint64_t remaining;
    struct sort_record *buffer;
    size_t filled, next;
};

struct record_sort {
    struct sort_record *records;
    size_t count, allocated, capacity, next; /* capacity: what the caller's memory allows */
    FILE *spool;
    struct run *runs;
    size_t run_count, run_buffer;
    size_t *heap; /* of runs, smallest first */
    size_t heap_count;
};

struct sort_record sort_record_of(const struct list_record *record)
{
    struct sort_record out;
    uint32_t age = UINT32_MAX;

    memset(&out, 0, sizeof out);
    (void)document_key(&record->id, out.key);
    if (record->since != LIST_SINCE_UNKNOWN) {
        int64_t since = record->since < 1 ? 1 : record->since;
        age = since > (int64_t)UINT32_MAX ? 0 : UINT32_MAX - (uint32_t)since;
    }
    put_be32(out.age, age);
    while (out.rank < GRAVITY_COUNT &&
           (gravity[out.rank].reason != record->record.reason || gravity[out.rank].basis != record->record.basis)) {
        out.rank++;
    }
    return out;
}

struct document_record sort_record_record(const struct sort_record *record)
{
    return gravity[record->rank % GRAVITY_COUNT];
}

struct record_sort *record_sort_new(size_t memory)
{
    struct record_sort *sort = calloc(1, sizeof *sort);

    if (sort == NULL) {
        return NULL;
    }
    sort->capacity = (memory < 1048576U ? 1048576U : memory) / sizeof *sort->records;
    sort->allocated = sort->capacity < FIRST_RECORDS ? sort->capacity : FIRST_RECORDS;
    sort->records = malloc(sort->allocated * sizeof *sort->records);
    if (sort->records == NULL) {
        free(sort);
        return NULL;
    }
    return sort;
}

void record_sort_free(struct record_sort *sort)
{
    if (sort == NULL) {
        return;
    }
    if (sort->spool != NULL) {
        (void)fclose(sort->spool);
    }
    free(sort->records);
    free(sort->runs);
    free(sort->heap);
    free(sort);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct sort_record));
}

/* Writes what is in memory as one sorted run. */
static enum dr_status spill(struct record_sort *sort)
{
    struct run *grown = realloc(sort->runs, (sort->run_count + 1U) * sizeof *grown);
    struct run run = {0};

    if (grown == NULL) {
        return DR_ERR_NO_SPACE;
    }
    sort->runs = grown;
    if (sort->spool == NULL) {
        sort->spool = tmpfile();
        if (sort->spool == NULL) {
            return DR_ERR_IO;
        }
    }
    qsort(sort->records, sort->count, sizeof *sort->records, compare);
    run.offset = ftell(sort->spool);
    run.remaining = sort->count;
    if (run.offset < 0 || fwrite(sort->records, sizeof *sort->records, sort->count, sort->spool) != sort->count) {
        return DR_ERR_IO;
    }
    sort->runs[sort->run_count++] = run;
    sort->count = 0;
    return DR_OK;
}

enum dr_status record_sort_add(struct record_sort *sort, const struct sort_record *record)
{
    if (sort->count == sort->capacity) {
        enum dr_status status = spill(sort);
        if (status != DR_OK) {
            return status;
        }
    }
    if (sort->count == sort->allocated) {
        size_t more = sort->allocated * 2U < sort->capacity ? sort->allocated * 2U : sort->capacity;
        struct sort_record *grown = more > 0 ? realloc(sort->records, more * sizeof *grown) : NULL;
        if (grown == NULL) {
            return DR_ERR_NO_SPACE;
        }
        sort->records = grown;
        sort->allocated = more;
    }
    sort->records[sort->count++] = *record;
    return DR_OK;
}

/* The next record of a run into its place, or false at its end. */
static enum dr_status refill(struct record_sort *sort, struct run *run)
{
    size_t want = run->remaining < sort->run_buffer ? (size_t)run->remaining : sort->run_buffer;

    if (want == 0) {
        return DR_ERR_NOT_FOUND;
    }
    if (fseek(sort->spool, run->offset, SEEK_SET) != 0 ||
        fread(run->buffer, sizeof *run->buffer, want, sort->spool) != want) {
        return DR_ERR_IO;
    }
    run->offset += (long)(want * sizeof *run->buffer);
    run->remaining -= want;
    run->filled = want;
    run->next = 0;
    return DR_OK;
}

static bool run_less(const struct record_sort *sort, size_t a, size_t b)
{
    const struct run *left = &sort->runs[sort->heap[a]], *right = &sort->runs[sort->heap[b]];

    return compare(&left->buffer[left->next], &right->buffer[right->next]) < 0;
}

static void sift_down(struct record_sort *sort, size_t at)
{
    for (;;) {
        size_t least = at, left = 2U * at + 1U;
        size_t swap;
        if (left < sort->heap_count && run_less(sort, left, least)) {
            least = left;
        }
        if (left + 1U < sort->heap_count && run_less(sort, left + 1U, least)) {
            least = left + 1U;
        }
        if (least == at) {
            return;
        }
        swap = sort->heap[at];
        sort->heap[at] = sort->heap[least];
        sort->heap[least] = swap;
        at = least;
    }
}

enum dr_status record_sort_begin(struct record_sort *sort)
{
    enum dr_status status = DR_OK;

    if (sort->run_count == 0) {
        qsort(sort->records, sort->count, sizeof *sort->records, compare);
        return DR_OK;
    }
    if (sort->count > 0) {
        status = spill(sort);
    }
    sort->heap = malloc(sort->run_count * sizeof *sort->heap);
    sort->run_buffer = sort->capacity / sort->run_count;
    if (status != DR_OK || sort->heap == NULL || sort->run_buffer == 0) {
        return status != DR_OK ? status : DR_ERR_NO_SPACE;
    }
    for (size_t i = 0; i < sort->run_count && status == DR_OK; i++) {
        sort->runs[i].buffer = sort->records + i * sort->run_buffer;
        status = refill(sort, &sort->runs[i]);
        sort->heap[sort->heap_count++] = i;
    }
    for (size_t i = sort->heap_count; i-- > 0;) {
        sift_down(sort, i);
    }
    return status;
}

enum dr_status record_sort_next(struct record_sort *sort, struct sort_record *record)
{
    struct run *run;

    if (sort->run_count == 0) {
        if (sort->next == sort->count) {
            return DR_ERR_NOT_FOUND;
        }
        *record = sort->records[sort->next++];
        return DR_OK;
    }
    if (sort->heap_count == 0) {
        return DR_ERR_NOT_FOUND;
    }
    run = &sort->runs[sort->heap[0]];
    *record = run->buffer[run->next++];
    if (run->next == run->filled) {
        enum dr_status status = refill(sort, run);
        if (status == DR_ERR_NOT_FOUND) {
            sort->heap[0] = sort->heap[--sort->heap_count];
        } else if (status != DR_OK) {
            return status;
        }
    }
    sift_down(sort, 0);
    return DR_OK;
}
