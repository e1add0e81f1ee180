/* docrev document verify */
#include "codec/status_text.h"
#include "docrev/command.h"
#include "docrev/verify.h"
#include "emrtd/passive_auth.h"
#include "signing/atomic_file.h"
#include "trust/csca_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FILE ((size_t)16 << 20)

enum group_result { GROUP_NOT_GIVEN = 0, GROUP_MATCHES, GROUP_DIFFERS, GROUP_NOT_LISTED };

static const char *const group_words[] = {"not given", "matches", "differs", "not listed"};

struct verification {
    uint8_t *sod_data;
    size_t sod_len;
    struct lds_sod sod;
    struct passive_auth passive;
    enum group_result groups[LDS_GROUPS + 1];
};

/* "N=FILE" of a --dg; false after an error was printed. */
static int check_group(struct verification *verification, const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    uint8_t digest[HASH_MAX_SIZE], *data = NULL;
    size_t len = 0;
    hardened matches;

    if (end == text || *end != '=' || number < 1 || number > LDS_GROUPS) {
        return wrong_usage("--dg: N=FILE with N from 1 to %u is wanted", LDS_GROUPS);
    }
    if (file_read_whole(end + 1, MAX_FILE, &data, &len) != DR_OK) {
        return fail(end + 1, strerror(errno));
    }
    if (verification->sod.group_hash[number].len == 0) {
        verification->groups[number] = GROUP_NOT_LISTED;
    } else if (hash_compute(verification->sod.digest, bytes_of(data, len), digest) != DR_OK) {
        free(data);
        return fail(end + 1, "its digest cannot be computed");
    } else {
        matches = passive_auth_group(&verification->sod, (unsigned)number, digest);
        verification->groups[number] = hardened_is_yes(&matches) ? GROUP_MATCHES : GROUP_DIFFERS;
    }
    free(data);
    return EXIT_DONE;
}

static int open_trust(const struct arguments *arguments, struct signed_file *trust, struct csca_store *store)
{
    const char *path = argument(arguments, "--trust"), *policy_path = argument(arguments, "--policy");
    struct policy_file policy;
    struct signer_count signers;
    int status;

    if (signed_file_open(trust, path) != DR_OK) {
        return fail(path, trust->why);
    }
    if (trust->type != OID_DOCREV_TRUST_STORE) {
        signed_file_close(trust);
        return fail(path, "not a trust store");
    }
    if (policy_path != NULL) {
        status = policy_file_open(&policy, policy_path);
        if (status == EXIT_DONE) {
            signers = count_signers(&policy.policy.owner_role, trust);
            policy_file_close(&policy);
            status = signers.enough ? EXIT_DONE
                                    : fail(path, "fewer of the owner's officers signed it than the policy asks for");
        }
        if (status != EXIT_DONE) {
            signed_file_close(trust);
            return status;
        }
    }
    store->source = trust->source;
    memcpy(store->root, trust->manifest.root, sizeof store->root);
    return EXIT_DONE;
}

/* What all of it comes to: nothing is genuine that was not proven. */
static const char *conclude(const struct verification *verification)
{
    for (unsigned i = 1; i <= LDS_GROUPS; i++) {
        if (verification->groups[i] == GROUP_DIFFERS || verification->groups[i] == GROUP_NOT_LISTED) {
            return "refused";
        }
    }
    if (verification->passive.sod != DR_OK || !hardened_is_yes(&verification->passive.signature)) {
        return "refused";
    }
    return hardened_is_yes(&verification->passive.genuine) ? "genuine" : "untrusted";
}

static void report(const struct verification *verification, bool as_json)
{
    const struct passive_auth *passive = &verification->passive;
    bool signature = hardened_is_yes(&passive->signature) != 0;
    const char *why = dr_status_text(signature ? DR_OK : passive->signature_status);

    if (as_json) {
        struct json_writer *out = report_begin();
        json_text(out, "result", conclude(verification));
        json_text(out, "signature", signature ? "valid" : "invalid");
        if (!signature) {
            json_text(out, "signature_reason", why);
        }
        json_text(out, "chain", passive->chain.reason == CHAIN_OK ? "trusted" : "untrusted");
        json_text(out, "chain_reason", chain_reason_text(passive->chain.reason));
        json_text(out, "revocation", revocation_text(passive->chain.revocation));
        json_array(out, "defects");
        for (unsigned i = 0; i < CHAIN_DEFECTS; i++) {
            if ((passive->chain.defects & 1U << i) != 0) {
                json_text(out, NULL, chain_defect_text(i));
            }
        }
        json_end_array(out);
        json_text(out, "signer_country", passive->signer_country);
        json_object(out, "groups");
        for (unsigned i = 1; i <= LDS_GROUPS; i++) {
            if (verification->sod.group_hash[i].len > 0 || verification->groups[i] != GROUP_NOT_GIVEN) {
                char name[8];
                (void)snprintf(name, sizeof name, "DG%u", i);
                json_text(out, name, group_words[verification->groups[i]]);
            }
        }
        json_end_object(out);
        report_end();
        return;
    }
    printf("signature  %s%s%s\n", signature ? "valid" : "invalid", signature ? "" : ": ", signature ? "" : why);
    printf("chain      %s%s%s\n", passive->chain.reason == CHAIN_OK ? "trusted" : "untrusted",
           passive->chain.reason == CHAIN_OK ? "" : ": ",
           passive->chain.reason == CHAIN_OK ? "" : chain_reason_text(passive->chain.reason));
    printf("revocation %s\n", revocation_text(passive->chain.revocation));
    for (unsigned i = 0; i < CHAIN_DEFECTS; i++) {
        if ((passive->chain.defects & 1U << i) != 0) {
            printf("defect     %s\n", chain_defect_text(i));
        }
    }
    printf("signer     %s\n", passive->signer_country[0] != '\0' ? passive->signer_country : "names no country");
    for (unsigned i = 1; i <= LDS_GROUPS; i++) {
        if (verification->sod.group_hash[i].len > 0 || verification->groups[i] != GROUP_NOT_GIVEN) {
            printf("DG%-8u %s\n", i, group_words[verification->groups[i]]);
        }
    }
    printf("result     %s\n", conclude(verification));
}

static int run_verify(const struct arguments *arguments)
{
    const char *path = argument(arguments, "--sod"), *group;
    uint8_t *block = malloc(BLOCK_TREE_BLOCK);
    struct verification *verification = calloc(1, sizeof *verification);
    struct signed_file trust = {0};
    struct csca_store store;
    int64_t now = time_now();
    enum dr_status read;
    int status = EXIT_FAILED;

    if (path == NULL || argument(arguments, "--trust") == NULL || argument_count(arguments, "") > 0) {
        status = wrong_usage("document verify: --trust and --sod are needed");
        goto out;
    }
    if (!argument_time(arguments, "--at", &now)) {
        status = EXIT_USAGE;
        goto out;
    }
    if (block == NULL || verification == NULL) {
        (void)fail(path, "no memory");
        goto out;
    }
    if (file_read_whole(path, MAX_FILE, &verification->sod_data, &verification->sod_len) != DR_OK) {
        (void)fail(path, strerror(errno));
        goto out;
    }
    status = open_trust(arguments, &trust, &store);
    if (status != EXIT_DONE) {
        goto out;
    }
    lds_flatten(verification->sod_data, verification->sod_len);
    read = lds_read_sod(bytes_of(verification->sod_data, verification->sod_len), &verification->sod);
    if (read != DR_OK) {
        status = fail_status(path, read);
        goto out;
    }
    passive_auth_verify(&verification->sod, &store, now, block, &verification->passive);
    for (size_t i = 0; status == EXIT_DONE && (group = argument_nth(arguments, "--dg", i)) != NULL; i++) {
        status = check_group(verification, group);
    }
    if (status == EXIT_DONE) {
        report(verification, arguments->json);
        status = strcmp(conclude(verification), "genuine") == 0 ? EXIT_DONE : fail(path, conclude(verification));
    }
out:
    signed_file_close(&trust);
    if (verification != NULL) {
        free(verification->sod_data);
    }
    free(verification);
    free(block);
    return status;
}

const struct command document_commands[] = {
    {"document", "verify", "--trust T.drt --sod EF_SOD.bin [--dg N=FILE]... [--policy P.drp] [--at TIME]",
     "Passive Authentication of files; exit 0 only when genuine", "--trust= --sod= --dg= --policy= --at=", run_verify},
    {0}};
