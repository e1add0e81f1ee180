/* Signatures of files under a policy, with the firmware's code. */
#ifndef DOCREV_DOCREV_VERIFY_H
#define DOCREV_DOCREV_VERIFY_H

#include "signing/signed_file.h"

/* A policy file, read and verified under its own owner's threshold. `policy` has views into `file`. */
struct policy_file {
    struct signed_file file;
    struct policy policy;
};
/* Returns an exit status; errors are printed. policy_file_close only after EXIT_DONE. */
int policy_file_open(struct policy_file *policy, const char *path);
void policy_file_close(struct policy_file *policy);

/* Distinct signers that the role knows and that verify, against its threshold. */
struct signer_count {
    uint8_t verified, threshold;
    bool enough;
};
struct signer_count count_signers(const struct policy_role *role, const struct signed_file *file);

/* Verifies every block of a body under the manifest's root. DR_ERR_CORRUPT. */
enum dr_status body_verify(const struct signed_file *file);

/* Adds the signatures of every --key to a file of one of these types; returns an exit status, errors are printed. */
struct arguments;
int sign_with_keys(const struct arguments *arguments, const char *path);

#endif
