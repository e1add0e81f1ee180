/* What the verbs of `device` share: an open link with a client on it. */
#ifndef DOCREV_DOCREV_DEVICE_H
#define DOCREV_DOCREV_DEVICE_H

#include "docrev/command.h"
#include "link/coap_client.h"

#define DEVICE_OPTIONS "--link= --verbose"

struct device_session {
    struct device_link line;
    struct coap_client client;
};

/* Opens --link; returns an exit status, errors are printed. The session is the caller's to close. */
int device_session_open(struct device_session *session, const struct arguments *arguments);
void device_session_close(struct device_session *session);

/* GET of a JSON answer into `out`; NUL-terminated. Returns an exit status, errors are printed. */
int device_get(struct device_session *session, const char *path, char *out, size_t capacity, size_t *len);

/* Pushes one file with a bar; returns an exit status, errors and the result are printed. */
int device_push_file(struct device_session *session, const struct arguments *arguments, const char *path);

/*
 * Asks for a receipt, verifies and reports it, and files it under --receipts DIR. With `pushed` it must state that file. Returns
 * an exit status, errors are printed.
 */
int device_receipt_take(struct device_session *session, const struct arguments *arguments, const char *pushed);

/* A value a line, "path  value", or the JSON itself. */
void device_print(const struct arguments *arguments, struct bytes json);

int run_device_push(const struct arguments *arguments);
int run_device_provision(const struct arguments *arguments);
int run_device_time(const struct arguments *arguments);
int run_device_factory(const struct arguments *arguments);
int run_device_bridge(const struct arguments *arguments);
int run_device_audit(const struct arguments *arguments);

#endif
