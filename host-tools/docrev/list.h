/* What the verbs of `list` share: an edition in a file, ready for the firmware's look-up. */
#ifndef DOCREV_DOCREV_LIST_H
#define DOCREV_DOCREV_LIST_H

#include "docrev/command.h"
#include "docrev/verify.h"
#include "revlist/lookup.h"

struct edition_file {
    struct signed_file file;
    struct edition edition;
    struct edition_scratch scratch;
};

/* Returns an exit status, errors are printed; after EXIT_DONE the file is the caller's to close (signed_file_close). Not to be
 * moved while open. */
int edition_open(struct edition_file *edition, const char *path);

/* NULL when a device with this policy would accept the edition at `now`, else why not. */
const char *edition_judge(struct edition_file *edition, const struct policy *policy, int64_t now,
                          struct signer_count *signers);

/* A delta. Open as an edition is; DR_OK only when the body is the signed one (SHA-256). */
int delta_open(struct signed_file *file, const char *path);
/* Is this file a delta? Then the verbs below take it. False for what cannot be read, too. */
bool is_delta(const char *path);
int delta_sign(const struct arguments *arguments, const char *path);
int delta_verify(const struct arguments *arguments, const char *path, const char *policy_path, int64_t now);
int delta_show(const struct arguments *arguments, const char *path);

int run_list_apply(const struct arguments *arguments);
int run_list_build(const struct arguments *arguments);
int run_list_check(const struct arguments *arguments);
int run_list_diff(const struct arguments *arguments);
int run_list_renew(const struct arguments *arguments);
int run_list_show(const struct arguments *arguments);

#endif
