/* docrev trust: what its verbs share. */
#ifndef DOCREV_DOCREV_TRUST_H
#define DOCREV_DOCREV_TRUST_H

#include "docrev/command.h"

int run_trust_audit(const struct arguments *arguments);

#endif
