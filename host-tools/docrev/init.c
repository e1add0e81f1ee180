/* docrev init DIR: everything a new authority needs to begin with, for development and trials. */
#include "docrev/command.h"
#include "docrev/defaults.h"
#include "docrev/officer_files.h"
#include "signing/policy_writer.h"
#include "signing/signed_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define LIST_OFFICERS 2U
#define RENEWAL_DAYS 14U
#define OWNER_OFFICERS 2U
#define OVERSIGHT (LIST_OFFICERS + OWNER_OFFICERS) /* place of its key */
#define OFFICERS (OVERSIGHT + 1U)

static char *path_in(const char *folder, const char *name)
{
    char *path = NULL;

    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static int make_folder(const char *path, mode_t mode)
{
    return mkdir(path, mode) == 0 || errno == EEXIST ? EXIT_DONE : fail(path, strerror(errno));
}

static int make_folders(const char *folder, const char *keys, const char *registry)
{
    int status = make_folder(folder, 0777);

    if (status == EXIT_DONE && mkdir(keys, 0700) != 0) {
        /* Never over existing keys: they cannot be had again. */
        status = fail(keys, errno == EEXIST ? "there is an authority here already" : strerror(errno));
    }
    return status == EXIT_DONE ? make_folder(registry, 0777) : status;
}

static int make_keys(const char *folder, struct officer_key *keys[OFFICERS])
{
    static const char *const names[OFFICERS] = {"list-officer-1", "list-officer-2", "owner-officer-1",
                                                "owner-officer-2", "oversight"};

    for (size_t i = 0; i < OFFICERS; i++) {
        char *path = NULL;
        int status;
        if (asprintf(&path, "%s/%s.pem", folder, names[i]) < 0) {
            return fail(folder, "no memory");
        }
        status = officer_files_create(names[i], "P-256", path, NULL, &keys[i]);
        free(path);
        if (status != EXIT_DONE) {
            return status;
        }
    }
    return EXIT_DONE;
}

static enum dr_status write_policy(const struct arguments *arguments, struct officer_key *keys[OFFICERS],
                                   const char *path, uint64_t days, const char **why)
{
    uint8_t der[POLICY_MAX_SIZE];
    size_t len = sizeof der;
    const char *list = argument(arguments, "--list"), *owner = argument(arguments, "--owner");
    struct policy_draft *draft = calloc(1, sizeof *draft);
    enum dr_status status = DR_ERR_NO_SPACE;

    if (draft == NULL) {
        *why = "no memory";
        return status;
    }
    draft->number = 1;
    draft->owner = owner != NULL ? owner : "docrev development";
    draft->this_update = time_now();
    draft->next_update = draft->this_update + (int64_t)days * SECONDS_PER_DAY;
    draft->owner_role = (struct policy_draft_role){.threshold = OWNER_OFFICERS,
                                                   .key_count = OWNER_OFFICERS,
                                                   .keys = {keys[LIST_OFFICERS], keys[LIST_OFFICERS + 1]}};
    draft->authority_count = 1;
    draft->oversight = keys[OVERSIGHT];
    draft->authorities[0] = (struct policy_draft_authority){
        .renewal_threshold = 1,
        .renewal_days = RENEWAL_DAYS,
        .list_id = list != NULL ? list : DEFAULT_LIST_ID,
        .name = "Development authority",
        .contact = "",
        .role = {.threshold = LIST_OFFICERS, .key_count = LIST_OFFICERS, .keys = {keys[0], keys[1]}}};
    status = policy_draft_write(draft, der, &len, why);
    if (status == DR_OK) {
        status = signed_file_create(path, OID_DOCREV_POLICY, bytes_of(der, len), NULL, why);
    }
    for (size_t i = LIST_OFFICERS; status == DR_OK && i < OVERSIGHT; i++) {
        status = signed_file_sign(path, keys[i], why);
    }
    free(draft);
    return status;
}

static int run_init(const struct arguments *arguments)
{
    const char *folder = argument(arguments, ""), *why = "";
    struct officer_key *made[OFFICERS] = {NULL};
    char *keys, *registry, *officers, *policy;
    uint64_t days = DEFAULT_POLICY_DAYS;
    int status;

    if (argument_count(arguments, "") != 1) {
        return wrong_usage("init: one folder is needed");
    }
    if (!argument_number(arguments, "--days", 1, 3650, &days)) {
        return EXIT_USAGE;
    }
    keys = path_in(folder, "keys");
    registry = path_in(folder, "registry");
    officers = path_in(folder, "officers.pem");
    policy = path_in(folder, "policy.drp");
    if (keys == NULL || registry == NULL || officers == NULL || policy == NULL) {
        status = fail(folder, "no memory");
        goto out;
    }
    status = make_folders(folder, keys, registry);
    if (status == EXIT_DONE) {
        status = make_keys(keys, made);
    }
    if (status == EXIT_DONE && officer_certificates_save(made, OVERSIGHT, officers, &why) != DR_OK) {
        status = fail(officers, why);
    }
    if (status == EXIT_DONE && write_policy(arguments, made, policy, days, &why) != DR_OK) {
        status = fail(policy, why);
    }
    if (status == EXIT_DONE && arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "keys", keys);
        json_text(out, "officers", officers);
        json_text(out, "policy", policy);
        json_text(out, "registry", registry);
        report_end();
    } else if (status == EXIT_DONE) {
        printf("keys for development  %s (not encrypted: make others for use)\n", keys);
        printf("officers' certificates %s\npolicy                %s (two of two sign)\nregistry              %s\n",
               officers, policy, registry);
    }
out:
    for (size_t i = 0; i < OFFICERS; i++) {
        officer_key_free(made[i]);
    }
    free(keys);
    free(registry);
    free(officers);
    free(policy);
    return status;
}

const struct command init_commands[] = {
    {"init", NULL, "DIR [--list ID] [--owner TEXT] [--days N]",
     "makes an authority's workspace: keys for development, their certificates, a signed policy, a registry",
     "--list= --owner= --days=", run_init},
    {0}};
