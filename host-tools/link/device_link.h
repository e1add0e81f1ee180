/* The way to a device: CoAP messages over a serial line in slipmux frames, or over UDP. */
#ifndef DOCREV_LINK_DEVICE_LINK_H
#define DOCREV_LINK_DEVICE_LINK_H

#include "codec/slipmux.h"

#define DEVICE_LINK_MAX_MESSAGE 2048U

/* What the device says outside CoAP: its console's lines, as they come. */
typedef void (*device_link_text)(void *ctx, struct bytes text);

/* Not to be moved while open. */
struct device_link {
    const char *spec; /* borrowed */
    int fd;           /* -1: closed */
    bool serial;
    device_link_text text; /* may be NULL */
    void *text_ctx;
    uint64_t damaged; /* frames dropped */
    struct slipmux_decoder decoder;
    uint8_t frame[DEVICE_LINK_MAX_MESSAGE + 2];
    uint8_t in[512]; /* read, not decoded yet */
    size_t in_at, in_len;
};

/*
 * `spec`: serial:PATH, where PATH is a terminal device, a pty or a Unix stream socket (an emulator's serial line), or
 * coap://HOST[:PORT]. DR_ERR_ARGUMENT for anything else; DR_ERR_IO. *why says it in English.
 */
enum dr_status device_link_open(struct device_link *line, const char *spec, const char **why);
/* Closes and opens it again, after DR_ERR_IO. */
enum dr_status device_link_reopen(struct device_link *line, const char **why);
void device_link_close(struct device_link *line);

/* One message. DR_ERR_IO: the line is broken. */
enum dr_status device_link_send(struct device_link *line, struct bytes message);
/* The next message; *len: capacity in, octets out. DR_ERR_TIMEOUT; DR_ERR_IO: the other end is gone. */
enum dr_status device_link_receive(struct device_link *line, int timeout_ms, uint8_t *out, size_t *len);

/* Milliseconds of a steady clock. */
int64_t steady_ms(void);

#endif
