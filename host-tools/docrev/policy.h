/* Verbs of `policy` that have files of their own. */
#ifndef DOCREV_DOCREV_POLICY_H
#define DOCREV_DOCREV_POLICY_H

struct arguments;

int run_policy_create(const struct arguments *arguments);

#endif
