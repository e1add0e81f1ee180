/* docrev list check */
#include "docrev/list.h"

#include <stdio.h>
#include <stdlib.h>

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

int run_list_check(const struct arguments *arguments)
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
            why = edition_judge(edition, &policy.policy, time_now(), &signers);
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
