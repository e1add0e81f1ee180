/* docrev list build */
#include "builder/list_builder.h"
#include "codec/status_text.h"
#include "docrev/defaults.h"
#include "docrev/list.h"
#include "docrev/progress.h"

#include <errno.h>
#include <stdio.h>

/* One bar for each phase of building. */
struct build_progress {
    struct progress bar;
    enum list_phase phase;
    bool begun;
};

static bool show_phase(void *ctx, enum list_phase phase, uint64_t done, uint64_t total)
{
    static const char *const labels[] = {
        [LIST_READING] = "reading", [LIST_SORTING] = "sorting", [LIST_WRITING] = "writing", [LIST_PROVING] = "proving"};
    struct build_progress *progress = ctx;

    if (!progress->begun || phase != progress->phase) {
        if (progress->begun) {
            progress_end(&progress->bar);
        }
        progress_begin(&progress->bar, labels[phase], "entries", 0);
        progress->phase = phase;
        progress->begun = true;
    }
    progress_show(&progress->bar, done, total);
    return true;
}

static void complain_csv(const char *path, const struct list_csv_errors *errors)
{
    for (uint32_t i = 0; i < errors->kept; i++) {
        fprintf(stderr, "docrev: %s:%llu: %s\n", path, (unsigned long long)errors->first[i].line, errors->first[i].why);
    }
    if (errors->count > errors->kept) {
        fprintf(stderr, "docrev: %s: %llu lines are wrong in all\n", path, (unsigned long long)errors->count);
    }
}

/* Manifest from the options; false after an error was printed. */
static bool describe_edition(const struct arguments *arguments, struct manifest *manifest)
{
    const char *id = argument(arguments, "--list");
    uint64_t days = DEFAULT_LIST_DAYS;

    *manifest = (struct manifest){.number = 1, .this_update = time_now()};
    id = id != NULL ? id : DEFAULT_LIST_ID;
    if (!manifest_list_id_valid(bytes_of(id, strlen(id)))) {
        (void)wrong_usage("--list: 1 to %u characters of A-Z a-z 0-9 . - are wanted", MANIFEST_MAX_LIST_ID);
        return false;
    }
    memcpy(manifest->list_id, id, strlen(id) + 1);
    if (!argument_number(arguments, "--number", 1, INT64_MAX, &manifest->number) ||
        !argument_number(arguments, "--days", 1, 3650, &days) ||
        !argument_time(arguments, "--this-update", &manifest->this_update)) {
        return false;
    }
    manifest->next_update = manifest->this_update + (int64_t)days * SECONDS_PER_DAY;
    if (!argument_time(arguments, "--next-update", &manifest->next_update)) {
        return false;
    }
    if (manifest->next_update <= manifest->this_update) {
        (void)wrong_usage("--next-update: must come after --this-update");
        return false;
    }
    return true;
}

static enum dr_status write_edition(const char *path, const struct manifest *manifest, FILE *body, const char **why)
{
    uint8_t der[MANIFEST_MAX_SIZE];
    struct der_writer writer;
    size_t len = 0;
    enum dr_status status;

    der_write_begin(&writer, der, sizeof der);
    status = manifest_write(manifest, &writer);
    if (status == DR_OK) {
        status = der_write_finish(&writer, &len);
    }
    if (status != DR_OK) {
        *why = dr_status_text(status);
        return status;
    }
    return signed_file_create(path, OID_DOCREV_EDITION, bytes_of(der, len), body, why);
}

static void report_build(const char *path, const struct manifest *manifest, const struct list_build_result *result,
                         bool as_json)
{
    if (as_json) {
        struct json_writer *out = report_begin();
        json_text(out, "file", path);
        json_text(out, "list", manifest->list_id);
        json_int(out, "number", (int64_t)manifest->number);
        json_int(out, "entries", (int64_t)manifest->entry_count);
        json_int(out, "records", (int64_t)result->records);
        json_int(out, "duplicates", (int64_t)result->duplicates);
        json_int(out, "conflicts", (int64_t)result->conflicts);
        json_int(out, "proven_by_lookup", (int64_t)result->looked_up);
        json_int(out, "bytes", (int64_t)manifest->body_length);
        json_hex(out, "root", bytes_of(manifest->root, sizeof manifest->root));
        report_end();
        return;
    }
    printf("%s: list %s, edition %llu, %llu entries in %llu bytes; every entry read back\n", path, manifest->list_id,
           (unsigned long long)manifest->number, (unsigned long long)manifest->entry_count,
           (unsigned long long)manifest->body_length);
    if (result->duplicates > 0) {
        printf("%llu of %llu records named a document again, %llu of them differently\n",
               (unsigned long long)result->duplicates, (unsigned long long)result->records,
               (unsigned long long)result->conflicts);
    }
}

int run_list_build(const struct arguments *arguments)
{
    const char *csv_path = argument(arguments, "--csv"), *path = argument(arguments, "-o"), *why = "";
    const char *basis_text = argument(arguments, "--legal-basis");
    struct build_progress progress = {.begun = false};
    struct list_builder_options options = {.progress = show_phase, .progress_ctx = &progress};
    struct list_builder *builder = NULL;
    struct list_build_result result;
    struct list_csv_errors errors = {.count = 0};
    enum document_basis basis = BASIS_NONE;
    struct manifest manifest;
    FILE *csv = NULL, *body = NULL;
    enum dr_status status;
    int exit_status = EXIT_FAILED;

    if (csv_path == NULL || path == NULL || argument_count(arguments, "") > 0) {
        return wrong_usage("list build: --csv and -o are needed");
    }
    if (basis_text != NULL && document_basis_parse(bytes_of(basis_text, strlen(basis_text)), &basis) != DR_OK) {
        return wrong_usage("--legal-basis: court-order, administrative, holder-request or not-stated is wanted");
    }
    if (!describe_edition(arguments, &manifest)) {
        return EXIT_USAGE;
    }
    csv = strcmp(csv_path, "-") == 0 ? stdin : fopen(csv_path, "rb");
    if (csv == NULL) {
        return fail(csv_path, strerror(errno));
    }
    body = tmpfile();
    builder = list_builder_new(&options);
    if (body == NULL || builder == NULL) {
        (void)fail(path, body == NULL ? strerror(errno) : "no memory");
        goto out;
    }
    status = list_builder_add_csv(builder, csv, basis, &errors);
    if (status == DR_OK) {
        status = list_builder_finish(builder, body, &manifest, &result);
    }
    if (progress.begun) {
        progress_end(&progress.bar);
    }
    if (status != DR_OK) {
        complain_csv(csv_path, &errors);
        (void)fail_status(csv_path, status);
        goto out;
    }
    if (write_edition(path, &manifest, body, &why) != DR_OK) {
        (void)fail(path, why);
        goto out;
    }
    report_build(path, &manifest, &result, arguments->json);
    exit_status = EXIT_DONE;
out:
    list_builder_free(builder);
    if (body != NULL) {
        (void)fclose(body);
    }
    if (csv != stdin) {
        (void)fclose(csv);
    }
    return exit_status;
}
