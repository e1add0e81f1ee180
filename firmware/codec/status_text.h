/* Statuses in words. */
#ifndef DOCREV_CODEC_STATUS_TEXT_H
#define DOCREV_CODEC_STATUS_TEXT_H

#include "port/status.h"

/* A short lower-case English phrase for a status, for consoles and errors. Never NULL. */
const char *dr_status_text(enum dr_status status);

#endif
