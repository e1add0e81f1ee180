/* docrev list sign|verify, and the table of list's verbs */
#include "docrev/list.h"

#include <stdio.h>
#include <stdlib.h>

int edition_open(struct edition_file *edition, const char *path)
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
    if (is_delta(path)) {
        return delta_sign(arguments, path);
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
const char *edition_judge(struct edition_file *edition, const struct policy *policy, int64_t now,
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
    if (is_delta(path)) {
        return delta_verify(arguments, path, policy_path, now);
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
    why = edition_judge(edition, &policy.policy, now, &signers);
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
const struct command list_commands[] = {
    {"list", "build",
     "--csv FILE -o OUT.drl [--list ID] [--number N] [--days N | --next-update TIME] [--this-update TIME] "
     "[--legal-basis B]",
     "builds an edition from a CSV (issuing_state,document_type,document_number,reason[,legal_basis[,since]])",
     "--csv= -o= --list= --number= --days= --this-update= --next-update= --legal-basis=", run_list_build},
    {"list", "diff", "OLD.drl NEW.drl -o D.drd", "the delta that makes a newer edition from an older one",
     "-o=", run_list_diff},
    {"list", "apply", "OLD.drl D.drd... -o NEW.drl",
     "makes the newer edition, without signatures; several deltas are a chain", "-o=", run_list_apply},
    {"list", "sign", "FILE.drl|D.drd --key KEY.pem...", "adds officers' signatures, after checking the body",
     "--key=", run_sign},
    {"list", "renew", "FILE.drl --key KEY.pem... -o OUT.drn [--days N | --next-update TIME]",
     "extends an edition's next update by a short statement, where the policy allows it (policy create --renew)",
     "--key= -o= --days= --next-update=", run_list_renew},
    {"list", "verify", "FILE.drl|D.drd --policy P.drp [--at TIME]", "would a device with this policy accept it?",
     "--policy= --at=", run_verify},
    {"list", "check", "FILE.drl --issuer UTO --type P --number NUMBER [--policy P.drp]",
     "is a document listed? (exit 0 no, 3 yes)", "--issuer= --type= --number= --policy=", run_list_check},
    {"list", "show", "FILE.drl|D.drd", "number, validity, entries and where the bytes go", "", run_list_show},
    {0}};
