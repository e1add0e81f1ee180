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

int run_list_build(const struct arguments *arguments);
int run_list_check(const struct arguments *arguments);
int run_list_renew(const struct arguments *arguments);
int run_list_show(const struct arguments *arguments);

#endif
