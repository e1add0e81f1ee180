/* docrev trust import and sign */
#include "docrev/trust.h"
#include "codec/status_text.h"
#include "docrev/command.h"
#include "docrev/defaults.h"
#include "docrev/verify.h"
#include "trust_import/certificate_text.h"
#include "trust_import/trust_builder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void complain(void *ctx, const char *path, const char *why)
{
    size_t *count = ctx;

    (*count)++;
    fprintf(stderr, "docrev: %s: %s\n", path, why);
}

static enum dr_status write_store(const char *path, const struct manifest *manifest, FILE *body, const char **why)
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
    *why = dr_status_text(status);
    return status == DR_OK ? signed_file_create(path, OID_DOCREV_TRUST_STORE, bytes_of(der, len), body, why) : status;
}

/* What became of each certificate: nothing is trusted that is not named here. */
static void report_certificates(const struct certificate_set *set, struct json_writer *out, FILE *text)
{
    static const char *const taken[] = {[ANCHOR_UNDECIDED] = "refused",
                                        [ANCHOR_SELF_SIGNED] = "root",
                                        [ANCHOR_LINK] = "link",
                                        [ANCHOR_DUPLICATE] = "duplicate",
                                        [ANCHOR_REJECTED] = "refused"};
    char subject[NAME_TEXT_MAX];

    for (size_t i = 0; i < set->count; i++) {
        const struct imported_certificate *item = &set->items[i];
        const char *country = anchor_country(&item->certificate);
        name_text(item->certificate.subject, subject, sizeof subject);
        if (out != NULL) {
            json_object(out, NULL);
            json_text(out, "file", item->source);
            json_text(out, "subject", subject);
            json_text(out, "country", country);
            json_text(out, "taken", taken[item->verdict]);
            if (item->why != NULL) {
                json_text(out, "reason", item->why);
            }
            json_end_object(out);
        } else {
            fprintf(text, "%-9s %-3s %s  %s%s%s\n", taken[item->verdict], country[0] != '\0' ? country : "-",
                    item->source, subject, item->why != NULL ? ": " : "", item->why != NULL ? item->why : "");
        }
    }
}

static size_t deviations_taken(const struct certificate_set *set)
{
    size_t taken = 0;

    for (size_t i = 0; i < set->deviation_count; i++) {
        taken += set->deviations[i].accepted ? set->deviations[i].taken : 0;
    }
    return taken;
}

static void report_import(const char *path, const struct certificate_set *set, const struct anchor_count *count,
                          const struct manifest *manifest, bool as_json)
{
    if (as_json) {
        struct json_writer *out = report_begin();
        json_text(out, "file", path);
        json_int(out, "number", (int64_t)manifest->number);
        json_int(out, "files", (int64_t)set->files);
        json_int(out, "certificates", (int64_t)set->count);
        json_int(out, "anchors", (int64_t)(count->self_signed + count->link));
        json_int(out, "self_signed", (int64_t)count->self_signed);
        json_int(out, "link", (int64_t)count->link);
        json_int(out, "duplicate", (int64_t)count->duplicate);
        json_int(out, "rejected", (int64_t)count->rejected);
        json_int(out, "master_lists", (int64_t)set->list_count);
        json_int(out, "crls", (int64_t)count->crls);
        json_int(out, "revoked", (int64_t)count->revoked);
        json_int(out, "deviations", (int64_t)deviations_taken(set));
        json_int(out, "bytes", (int64_t)manifest->body_length);
        json_array(out, "items");
        report_certificates(set, out, NULL);
        json_end_array(out);
        report_end();
        return;
    }
    report_certificates(set, NULL, stdout);
    printf("%s: %zu anchors (%zu self-signed, %zu link) of %zu certificates; %zu duplicates, %zu rejected; "
           "%zu CRLs with %zu entries; %zu listed defects\n",
           path, count->self_signed + count->link, count->self_signed, count->link, set->count, count->duplicate,
           count->rejected, count->crls, count->revoked, deviations_taken(set));
}

/* What the operator has to know of the lists that were taken, whether or not it was asked for. */
static void report_lists(const struct certificate_set *set)
{
    char signer[NAME_TEXT_MAX];

    for (size_t i = 0; i < set->list_count; i++) {
        const struct imported_list *item = &set->lists[i];
        if (item->signature == DR_OK && !item->signer_known) {
            name_text(item->signer.subject, signer, sizeof signer);
            fprintf(stderr, "docrev: %s: signed by %s, whose CSCA is not known from elsewhere\n", item->source, signer);
        }
    }
    for (size_t i = 0; i < set->crl_count; i++) {
        if (!set->crls[i].accepted) {
            fprintf(stderr, "docrev: %s: CRL left out: %s\n", set->crls[i].source, set->crls[i].why);
        }
    }
    for (size_t i = 0; i < set->deviation_count; i++) {
        const struct imported_deviations *item = &set->deviations[i];
        if (!item->accepted) {
            fprintf(stderr, "docrev: %s: deviation list left out: %s\n", item->source, item->why);
        }
    }
}

/* Defects that could not be taken, once the lists have been written. */
static void report_left_out(const struct certificate_set *set)
{
    for (size_t i = 0; i < set->deviation_count; i++) {
        const struct imported_deviations *item = &set->deviations[i];
        if (item->accepted && item->left_out > 0) {
            fprintf(stderr, "docrev: %s: %zu of its defects left out: by date of issue alone, or of a kind not known\n",
                    item->source, item->left_out);
        }
    }
}

/* The files given positionally, or by an option that says what they are; false after an error was printed. */
static bool add_all(const struct arguments *arguments, const char *option, struct certificate_set *set)
{
    const char *source;
    size_t complaints = 0;

    set->links_only = strcmp(option, "--link") == 0;
    set->deviations_only = strcmp(option, "--deviations") == 0;
    for (size_t i = 0; (source = argument_nth(arguments, option, i)) != NULL; i++) {
        enum dr_status status = certificate_set_add(set, source, complain, &complaints);
        if (status != DR_OK) {
            (void)fail(source, status == DR_ERR_IO ? strerror(errno) : dr_status_text(status));
            return false;
        }
    }
    return true;
}

static int run_import(const struct arguments *arguments)
{
    const char *path = argument(arguments, "-o"), *why = "";
    const char *id = argument(arguments, "--id");
    struct certificate_set set = {0};
    struct anchor_count count;
    struct manifest manifest = {.number = 1, .this_update = time_now()};
    uint64_t days = DEFAULT_TRUST_DAYS;
    FILE *body = NULL;
    enum dr_status status;
    int result = EXIT_FAILED;

    if (path == NULL || argument_count(arguments, "") == 0) {
        return wrong_usage("trust import: files or folders, and -o, are needed");
    }
    if (!argument_number(arguments, "--number", 1, INT64_MAX, &manifest.number) ||
        !argument_number(arguments, "--days", 1, 3650, &days) ||
        !argument_time(arguments, "--this-update", &manifest.this_update)) {
        return EXIT_USAGE;
    }
    id = id != NULL ? id : DEFAULT_TRUST_ID;
    if (!manifest_list_id_valid(bytes_of(id, strlen(id)))) {
        return wrong_usage("--id: 1 to %u characters of A-Z a-z 0-9 . - are wanted", MANIFEST_MAX_LIST_ID);
    }
    memcpy(manifest.list_id, id, strlen(id) + 1);
    manifest.next_update = manifest.this_update + (int64_t)days * SECONDS_PER_DAY;
    if (!add_all(arguments, "", &set) || !add_all(arguments, "--link", &set) ||
        !add_all(arguments, "--deviations", &set)) {
        goto out;
    }
    if (anchors_select(&set, manifest.this_update, &count) != DR_OK) {
        (void)fail(path, strerror(ENOMEM));
        goto out;
    }
    report_lists(&set);
    if (count.self_signed + count.link == 0) {
        report_certificates(&set, NULL, stderr);
        (void)fail(path, "none of the certificates is a CSCA's");
        goto out;
    }
    body = tmpfile();
    if (body == NULL) {
        (void)fail(path, strerror(errno));
        goto out;
    }
    status = trust_build(&set, body, &manifest);
    if (status != DR_OK) {
        (void)fail_status(path, status);
        goto out;
    }
    if (write_store(path, &manifest, body, &why) != DR_OK) {
        (void)fail(path, why);
        goto out;
    }
    result = sign_with_keys(arguments, path);
    if (result == EXIT_DONE) {
        report_left_out(&set);
        report_import(path, &set, &count, &manifest, arguments->json);
    }
out:
    if (body != NULL) {
        (void)fclose(body);
    }
    certificate_set_free(&set);
    return result;
}

static int run_sign(const struct arguments *arguments)
{
    const char *path = argument(arguments, "");
    struct signed_file file;
    int status;

    if (argument_count(arguments, "") != 1 || argument(arguments, "--key") == NULL) {
        return wrong_usage("trust sign: one file and --key are needed");
    }
    if (signed_file_open(&file, path) != DR_OK) {
        return fail(path, file.why);
    }
    if (file.type != OID_DOCREV_TRUST_STORE) {
        status = fail(path, "not a trust store");
    } else {
        status =
            body_verify(&file) == DR_OK ? EXIT_DONE : fail(path, "the body is not the one that the manifest names");
    }
    signed_file_close(&file);
    return status == EXIT_DONE ? sign_with_keys(arguments, path) : status;
}

const struct command trust_commands[] = {
    {"trust", "import",
     "FILE|DIR... [--link FILE|DIR]... [--deviations FILE|DIR]... -o T.drt [--key KEY.pem]... [--number N] [--days N] "
     "[--id ID]",
     "makes a trust store of CSCA certificates and CRLs (DER, PEM, LDIF, master lists); what is given by --link is "
     "never a root; deviation lists by --deviations or among the files",
     "-o= --link= --deviations= --key= --number= --days= --this-update= --id=", run_import},
    {"trust", "audit", "FILE|DIR... [--at TIME]",
     "judges each certificate, CRL and master list among the files by the others; does not judge expiry",
     "--at=", run_trust_audit},
    {"trust", "sign", "T.drt --key KEY.pem...", "adds signatures of the owner's officers", "--key=", run_sign},
    {0}};
