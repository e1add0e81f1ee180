/* list-bench [--scale N] [--csv | --whole] [--probe N] SET...: what an edition costs, next to the exact bound and to what others need. */
#include "bench/list_sets.h"
#include "builder/edition_proof.h"
#include "builder/leaf_packer.h"
#include "builder/list_builder.h"
#include "codec/status_text.h"
#include "revlist/lookup.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct bench {
    struct leaf_packer *packer;
    struct list_builder *builder;
    uint64_t next_sample;
    struct list_record samples[4096]; /* every so many entries, for look-ups */
    size_t sample_count;
    uint64_t seen;
    struct sort_record *all; /* every entry, for probes */
    size_t all_count, all_capacity;
};

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool take(void *ctx, const struct list_record *record)
{
    struct bench *bench = ctx;
    struct sort_record sorted = sort_record_of(record);

    if (bench->seen++ % 9973U == 0 && bench->sample_count < sizeof bench->samples / sizeof bench->samples[0]) {
        bench->samples[bench->sample_count++] = *record;
    }
    if (bench->all != NULL && bench->all_count == bench->all_capacity) {
        struct sort_record *grown = realloc(bench->all, 2U * bench->all_capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        bench->all = grown;
        bench->all_capacity *= 2U;
    }
    if (bench->all != NULL) {
        bench->all[bench->all_count++] = sorted;
    }
    if (bench->builder != NULL) {
        return list_builder_add(bench->builder, record) == DR_OK;
    }
    return leaf_packer_add(bench->packer, &sorted) == DR_OK;
}

static bool print_csv(void *ctx, const struct list_record *record)
{
    const char *basis = document_basis_text(record->record.basis);

    (void)ctx;
    return printf("%s,%c,%s,%s,%s\n", record->id.state, record->id.type_class, record->id.number,
                  document_reason_text(record->record.reason), record->record.basis == BASIS_NONE ? "" : basis) > 0;
}

/* Look-ups of entries and of numbers beside them, a second, in a body taken to be authentic and from a file that is not. */
static void time_lookups(const struct bench *bench, struct edition *edition)
{
    static struct edition_tops tops;
    static struct edition_scratch scratch = {.tops = &tops};
    struct lookup_answer answer;

    for (int sealed = 1; sealed >= 0; sealed--) {
        double start = now();
        uint64_t count = 0, wrong = 0;
        uint32_t most = 0;
        edition->source.sealed = sealed != 0;
        while (now() - start < 0.5) {
            for (size_t i = 0; i < bench->sample_count && count % 4096U < 4095U; i++, count++) {
                wrong += edition_lookup(edition, &bench->samples[i].id, &scratch, &answer) != DR_OK ||
                         !hardened_is_yes(&answer.listed);
                most = count > 0 && answer.blocks_read > most ? answer.blocks_read : most;
            }
            count++;
        }
        printf("   %s: %.0f look-ups a second, %u blocks at most%s\n", sealed ? "sealed" : "file  ",
               (double)count / (now() - start), most, wrong > 0 ? " WRONG ANSWERS" : "");
    }
}

/* Numbers beside entries and numbers at random, `count` of them: an answer is right or it is a defect. */
static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, DOCUMENT_KEY_MAX);
}

static void probe(const struct bench *bench, struct edition *edition, uint64_t count)
{
    static struct edition_tops tops;
    static struct edition_scratch scratch = {.tops = &tops};
    static const char symbols[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    uint64_t seed = 20261125, hits = 0, wrong = 0;
    double start = now();

    edition->source.sealed = true;
    for (uint64_t i = 0; i < count; i++) {
        struct sort_record near = bench->all[(seed >> 11) % bench->all_count];
        struct document_id id;
        struct lookup_answer answer;
        bool listed;
        size_t length = near.key[4];
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        for (size_t at = i % 4U == 0 ? length - 1U : i % 4U == 1 ? length / 2U : 1U; at < length; at++) {
            uint8_t *c = &near.key[5U + at];
            unsigned random = (unsigned)(seed >> (20U + 2U * at)) & 1023U;
            *c = (uint8_t)(*c <= '9'      ? symbols[random % 10U]
                           : i % 64U == 3 ? symbols[random % 36U]
                                          : symbols[10U + random % 26U]);
        }
        listed = bsearch(&near, bench->all, bench->all_count, sizeof near, compare_keys) != NULL;
        hits += listed;
        wrong += document_from_key(bytes_of(near.key, 5U + length), &id) != DR_OK ||
                 edition_lookup(edition, &id, &scratch, &answer) != DR_OK ||
                 hardened_is_yes(&answer.listed) != listed || hardened_is_yes(&answer.absent) == listed;
    }
    printf("   %" PRIu64 " probes, %" PRIu64 " of them listed, %" PRIu64 " wrong answers, %.0f a second\n", count, hits,
           wrong, (double)count / (now() - start));
}

static void report(const struct list_set *set, const struct edition *edition, double seconds)
{
    static uint8_t block[BLOCK_TREE_BLOCK];
    struct block_tree_shape shape;
    double n = (double)set->entries, all, leaves, index, authentication;
    double sparse = log2(set->universe / n);
    struct rusage usage;

    if (block_tree_shape(&edition->source, edition->manifest.root, block, &shape) != DR_OK) {
        return;
    }
    all = (double)edition->manifest.body_length * 8.0;
    leaves = (double)shape.leaf_count * BLOCK_TREE_BLOCK * 8.0;
    index = ((double)shape.index_blocks * BLOCK_TREE_BLOCK + shape.root_index_bytes) * 8.0;
    authentication = all - leaves - index;
    printf("%c  %" PRIu64 " entries, %.0f blocks, bound %.0f octets\n", set->name, set->entries,
           all / 8 / BLOCK_TREE_BLOCK, set->bound / 8);
    printf("   bits an entry: body %.4f  index %.4f  authentication %.4f  all %.4f  bound %.4f  = %.4f times\n",
           leaves / n, index / n, authentication / n, all / n, set->bound / n, all / set->bound);
    printf("   by formula: Elias-Fano %.2f, binary fuse 8 %.2f (3906 false hits a million), 16 %.2f (15.3), Bloom 1%% "
           "%.2f\n",
           2.0 + (sparse > 0 ? sparse : 0), 1.125 * 8, 1.125 * 16, 1.44 * log2(100));
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("   %.2f s, %.0f ns an entry, peak memory so far %ld MB\n", seconds, seconds / n * 1e9,
           usage.ru_maxrss / 1024);
}

static enum dr_status run(char name, uint32_t scale, bool whole, uint64_t probes)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct tree_builder *tree = tree_builder_new();
    struct edition edition = {0};
    struct list_set set;
    struct list_build_result result;
    FILE *body = tmpfile();
    double start = now();
    uint32_t block_count = 0, leaf_count;
    enum dr_status status = DR_ERR_NO_SPACE;

    if (bench == NULL || tree == NULL || body == NULL) {
        goto out;
    }
    if (probes > 0) {
        bench->all_capacity = 1U << 16;
        bench->all = malloc(bench->all_capacity * sizeof *bench->all);
    }
    if (whole) {
        bench->builder = list_builder_new(NULL);
    } else {
        bench->packer = leaf_packer_new(tree);
    }
    if (bench->builder == NULL && bench->packer == NULL) {
        goto out;
    }
    status = list_set_generate(name, scale, take, bench, &set);
    if (status == DR_OK && whole) {
        status = list_builder_finish(bench->builder, body, &edition.manifest, &result);
        block_count = (uint32_t)(edition.manifest.body_length / BLOCK_TREE_BLOCK);
    } else if (status == DR_OK) {
        status = leaf_packer_finish(bench->packer, &leaf_count);
        if (status == DR_OK) {
            status = tree_builder_finish(tree, body, edition.manifest.root, &block_count);
        }
        edition.manifest.entry_count = set.entries;
        edition.manifest.block_size = BLOCK_TREE_BLOCK;
        edition.manifest.body_length = (uint64_t)block_count * BLOCK_TREE_BLOCK;
    }
    if (status == DR_OK) {
        edition.source = file_block_source(body, block_count);
        report(&set, &edition, now() - start);
        time_lookups(bench, &edition);
        if (bench->all != NULL) {
            probe(bench, &edition, probes);
        }
    }
out:
    if (bench != NULL) {
        leaf_packer_free(bench->packer);
        list_builder_free(bench->builder);
        free(bench->all);
    }
    tree_builder_free(tree);
    free(bench);
    if (body != NULL) {
        (void)fclose(body);
    }
    return status;
}

int main(int argc, char **argv)
{
    uint32_t scale = 1;
    uint64_t probes = 0;
    bool csv = false, whole = false, any = false;

    for (int i = 1; i < argc; i++) {
        struct list_set set;
        enum dr_status status;
        if (strcmp(argv[i], "--csv") == 0) {
            csv = true; /* the set as CSV on standard output */
        } else if (strcmp(argv[i], "--whole") == 0) {
            whole = true; /* with sort and proof, as `docrev list build` does it */
        } else if (strcmp(argv[i], "--scale") == 0 && i + 1 < argc) {
            scale = (uint32_t)strtoul(argv[++i], NULL, 10);
            scale = scale == 0 ? 1 : scale;
        } else if (strcmp(argv[i], "--probe") == 0 && i + 1 < argc) {
            probes = strtoull(argv[++i], NULL, 10); /* so many look-ups, checked against the set */
        } else {
            any = true;
            status = csv ? list_set_generate(argv[i][0], scale, print_csv, NULL, &set)
                         : run(argv[i][0], scale, whole, probes);
            if (status != DR_OK) {
                fprintf(stderr, "list-bench: %s: %s\n", argv[i], dr_status_text(status));
                return 1;
            }
        }
    }
    if (!any) {
        fprintf(stderr, "usage: list-bench [--scale N] [--csv | --whole] [--probe N] A|B|C|D|E|F...\n");
        return 2;
    }
    return 0;
}
