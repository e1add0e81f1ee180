/* docrev list build|sign|verify|check|show */
#include "builder/list_builder.h"
#include "codec/calendar.h"
#include "codec/status_text.h"
#include "docrev/command.h"
#include "docrev/defaults.h"
#include "docrev/progress.h"
#include "docrev/verify.h"
#include "revlist/lookup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* An edition in a file, and what the firmware needs to look into it. */
struct edition_file {
    struct signed_file file;
    struct edition edition;
    struct edition_scratch scratch;
};

static int edition_open(struct edition_file *edition, const char *path)
{
    memset(&edition->scratch, 0, sizeof edition->scratch);
    if (signed_file_open(&edition->file, path) != DR_OK) {
        return fail(path, edition->file.why);
    }
    if (edition->file.type != OID_DOCREV_EDITION) {
        signed_file_close(&edition->file);
        return fail(path, "not an edition of a list");
    }
    edition->edition = (struct edition){edition->file.manifest, edition->file.source};
    return EXIT_DONE;
}

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

static int run_build(const struct arguments *arguments)
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

/* An officer signs nothing whose body is not the manifest's. */
static int run_sign(const struct arguments *arguments)
{
    const char *path = argument(arguments, "");
    struct edition_file *edition;
    enum dr_status status;
    uint64_t count = 0;
    int result;

    if (argument_count(arguments, "") != 1 || argument(arguments, "--key") == NULL) {
        return wrong_usage("list sign: one file and --key are needed");
    }
    edition = malloc(sizeof *edition);
    if (edition == NULL) {
        return fail(path, "no memory");
    }
    result = edition_open(edition, path);
    if (result == EXIT_DONE) {
        status = edition_walk(&edition->edition, &edition->scratch, NULL, NULL, &count);
        signed_file_close(&edition->file);
        result = status == DR_OK ? sign_with_keys(arguments, path)
                                 : fail(path, "the body is not the one that the manifest names");
    }
    free(edition);
    return result;
}

struct coverage {
    const struct policy_authority *authority;
    bool beyond;
};

static bool check_state(void *ctx, struct bytes key, const struct document_record *record)
{
    struct coverage *coverage = ctx;
    struct document_id id;

    (void)record;
    if (document_from_key(key, &id) != DR_OK || !policy_authority_covers(coverage->authority, id.state)) {
        coverage->beyond = true;
        return false;
    }
    return true;
}

/* NULL when the edition would be accepted now, else why not. */
static const char *judge(struct edition_file *edition, const struct policy *policy, int64_t now,
                         struct signer_count *signers)
{
    const struct manifest *manifest = &edition->edition.manifest;
    struct coverage coverage = {.authority = policy_find_authority(policy, manifest->list_id)};
    uint64_t count = 0;
    enum dr_status status;

    *signers = (struct signer_count){0};
    if (coverage.authority == NULL) {
        return "the policy knows no such list";
    }
    *signers = count_signers(&coverage.authority->role, &edition->file);
    if (!signers->enough) {
        return "fewer distinct officers signed it than the policy asks for";
    }
    status = edition_walk(&edition->edition, &edition->scratch, check_state, &coverage, &count);
    if (coverage.beyond) {
        return "it lists documents of a state that the policy does not let it speak for";
    }
    if (status != DR_OK) {
        return "the body is not the one that the manifest names";
    }
    if (now < manifest->this_update) {
        return "not valid yet";
    }
    return now >= manifest->next_update ? "expired" : NULL;
}

static int run_verify(const struct arguments *arguments)
{
    const char *path = argument(arguments, ""), *policy_path = argument(arguments, "--policy"), *why;
    struct edition_file *edition;
    struct policy_file policy;
    struct signer_count signers;
    int64_t now = time_now();
    int result;

    if (argument_count(arguments, "") != 1 || policy_path == NULL) {
        return wrong_usage("list verify: one file and --policy are needed");
    }
    if (!argument_time(arguments, "--at", &now)) {
        return EXIT_USAGE;
    }
    edition = malloc(sizeof *edition);
    if (edition == NULL) {
        return fail(path, "no memory");
    }
    result = policy_file_open(&policy, policy_path);
    if (result != EXIT_DONE) {
        goto out;
    }
    result = edition_open(edition, path);
    if (result != EXIT_DONE) {
        policy_file_close(&policy);
        goto out;
    }
    why = judge(edition, &policy.policy, now, &signers);
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_bool(out, "verified", why == NULL);
        json_text(out, "list", edition->edition.manifest.list_id);
        json_int(out, "number", (int64_t)edition->edition.manifest.number);
        json_int(out, "signers", signers.verified);
        json_int(out, "threshold", signers.threshold);
        if (why != NULL) {
            json_text(out, "why", why);
        }
        report_end();
    } else if (why == NULL) {
        printf("%s: list %s, edition %llu, %llu entries: signed by %u officers where %u are asked for\n", path,
               edition->edition.manifest.list_id, (unsigned long long)edition->edition.manifest.number,
               (unsigned long long)edition->edition.manifest.entry_count, signers.verified, signers.threshold);
    }
    result = why == NULL ? EXIT_DONE : fail(path, why);
    signed_file_close(&edition->file);
    policy_file_close(&policy);
out:
    free(edition);
    return result;
}

static char upper_case(char c)
{
    if (c >= 'a' && c <= 'z') {
        return (char)(c - ('a' - 'A'));
    }
    return c;
}

/* Identity of a document from --issuer, --type and --number; false after an error was printed. */
static bool read_document(const struct arguments *arguments, struct document_id *id)
{
    const char *issuer = argument(arguments, "--issuer"), *type = argument(arguments, "--type");
    const char *number = argument(arguments, "--number");
    char code[3] = "";

    if (issuer == NULL || type == NULL || number == NULL) {
        (void)wrong_usage("list check: --issuer, --type and --number are needed");
        return false;
    }
    if (document_normalise_state(bytes_of(issuer, strlen(issuer)), id->state) != DR_OK) {
        (void)wrong_usage("--issuer: '%s' is no code of ICAO 9303-3", issuer);
        return false;
    }
    for (size_t i = 0; i < 2 && type[i] != '\0'; i++) {
        code[i] = upper_case(type[i]);
    }
    if (strlen(type) <= 2) {
        id->type_class = document_class(code);
    }
    if (id->type_class == '\0') {
        (void)wrong_usage("--type: a document code like P, PM, I or V is wanted");
        return false;
    }
    if (document_normalise_number(bytes_of(number, strlen(number)), id->number) != DR_OK) {
        (void)wrong_usage("--number: 1 to %u letters and digits are wanted", MRZ_MAX_DOCUMENT_NUMBER);
        return false;
    }
    return true;
}

static int run_check(const struct arguments *arguments)
{
    const char *path = argument(arguments, ""), *policy_path = argument(arguments, "--policy"), *why = NULL;
    struct document_id id = {0};
    struct lookup_answer answer;
    struct edition_file *edition;
    struct policy_file policy;
    struct signer_count signers;
    enum dr_status status;
    bool listed;
    int result;

    if (argument_count(arguments, "") != 1) {
        return wrong_usage("list check: one file is needed");
    }
    if (!read_document(arguments, &id)) {
        return EXIT_USAGE;
    }
    edition = malloc(sizeof *edition);
    if (edition == NULL) {
        return fail(path, "no memory");
    }
    result = edition_open(edition, path);
    if (result != EXIT_DONE) {
        goto out;
    }
    if (policy_path != NULL) {
        result = policy_file_open(&policy, policy_path);
        if (result == EXIT_DONE) {
            why = judge(edition, &policy.policy, time_now(), &signers);
            result = why == NULL ? EXIT_DONE : fail(path, why);
            policy_file_close(&policy);
        }
        if (result != EXIT_DONE) {
            goto close;
        }
    }
    status = edition_lookup(&edition->edition, &id, &edition->scratch, &answer);
    listed = hardened_is_yes(&answer.listed) != 0;
    if (status != DR_OK || listed == (hardened_is_yes(&answer.absent) != 0)) {
        result = fail_status(path, status != DR_OK ? status : DR_ERR_CORRUPT);
        goto close;
    }
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_bool(out, "listed", listed);
        json_text(out, "list", edition->edition.manifest.list_id);
        json_int(out, "number", (int64_t)edition->edition.manifest.number);
        if (listed) {
            json_text(out, "reason", document_reason_text(answer.record.reason));
            if (answer.record.basis != BASIS_NONE) {
                json_text(out, "basis", document_basis_text(answer.record.basis));
            }
        }
        json_int(out, "blocks_read", answer.blocks_read);
        report_end();
    } else if (listed) {
        const char *basis = answer.record.basis != BASIS_NONE ? document_basis_text(answer.record.basis) : NULL;
        printf("listed: %s%s%s\n", document_reason_text(answer.record.reason), basis != NULL ? ", " : "",
               basis != NULL ? basis : "");
    } else {
        printf("not listed\n");
    }
    result = listed ? EXIT_LISTED : EXIT_DONE;
close:
    signed_file_close(&edition->file);
out:
    free(edition);
    return result;
}

static unsigned count_signatures(const struct cms *cms)
{
    struct bytes rest = cms->signer_infos;
    struct cms_signer signer;
    unsigned count = 0;

    while (cms_next_signer(&rest, &signer) != DR_ERR_NOT_FOUND && count < 1000) {
        count++;
    }
    return count;
}

static int run_show(const struct arguments *arguments)
{
    const char *path = argument(arguments, "");
    char from[CALENDAR_ISO8601_SIZE], until[CALENDAR_ISO8601_SIZE];
    struct block_tree_shape shape;
    struct edition_file *edition;
    const struct manifest *manifest;
    uint64_t leaves, index, authentication;
    double bits;
    int result;

    if (argument_count(arguments, "") != 1) {
        return wrong_usage("list show: one file is needed");
    }
    edition = malloc(sizeof *edition);
    if (edition == NULL) {
        return fail(path, "no memory");
    }
    result = edition_open(edition, path);
    if (result != EXIT_DONE) {
        goto out;
    }
    manifest = &edition->edition.manifest;
    if (block_tree_shape(&edition->edition.source, manifest->root, edition->scratch.block, &shape) != DR_OK) {
        result = fail(path, "the body is not the one that the manifest names");
        goto close;
    }
    leaves = (uint64_t)shape.leaf_count * BLOCK_TREE_BLOCK;
    index = (uint64_t)shape.index_blocks * BLOCK_TREE_BLOCK + shape.root_index_bytes;
    authentication = manifest->body_length - leaves - index;
    bits = manifest->entry_count > 0 ? 8.0 * (double)manifest->body_length / (double)manifest->entry_count : 0;
    calendar_format(manifest->this_update, from);
    calendar_format(manifest->next_update, until);
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "list", manifest->list_id);
        json_int(out, "number", (int64_t)manifest->number);
        json_int(out, "entries", (int64_t)manifest->entry_count);
        json_text(out, "this_update", from);
        json_text(out, "next_update", until);
        json_int(out, "signatures", count_signatures(&edition->file.cms));
        json_int(out, "cms_bytes", (int64_t)edition->file.cms_len);
        json_int(out, "body_bytes", (int64_t)leaves);
        json_int(out, "index_bytes", (int64_t)index);
        json_int(out, "authentication_bytes", (int64_t)authentication);
        json_int(out, "millibits_per_entry", (int64_t)(bits * 1000 + 0.5));
        json_hex(out, "root", bytes_of(manifest->root, sizeof manifest->root));
        report_end();
    } else {
        printf("list     %s, edition %llu, %s to %s\n", manifest->list_id, (unsigned long long)manifest->number, from,
               until);
        printf("signed   %u times, %zu bytes of CMS\n", count_signatures(&edition->file.cms), edition->file.cms_len);
        printf("entries  %llu, %.3f bits each\n", (unsigned long long)manifest->entry_count, bits);
        printf("bytes    %llu body, %llu index, %llu authentication\n", (unsigned long long)leaves,
               (unsigned long long)index, (unsigned long long)authentication);
        printf("root     ");
        for (size_t i = 0; i < sizeof manifest->root; i++) {
            printf("%02x", manifest->root[i]);
        }
        printf("\n");
    }
close:
    signed_file_close(&edition->file);
out:
    free(edition);
    return result;
}

const struct command list_commands[] = {
    {"list", "build",
     "--csv FILE -o OUT.drl [--list ID] [--number N] [--days N | --next-update TIME] [--this-update TIME] "
     "[--legal-basis B]",
     "builds an edition from a CSV (issuing_state,document_type,document_number,reason[,legal_basis[,since]])",
     "--csv= -o= --list= --number= --days= --this-update= --next-update= --legal-basis=", run_build},
    {"list", "sign", "FILE.drl --key KEY.pem...", "adds officers' signatures, after checking the body",
     "--key=", run_sign},
    {"list", "verify", "FILE.drl --policy P.drp [--at TIME]", "would a device with this policy accept it?",
     "--policy= --at=", run_verify},
    {"list", "check", "FILE.drl --issuer UTO --type P --number NUMBER [--policy P.drp]",
     "is a document listed? (exit 0 no, 3 yes)", "--issuer= --type= --number= --policy=", run_check},
    {"list", "show", "FILE.drl", "number, validity, entries and where the bytes go", "", run_show},
    {0}};
