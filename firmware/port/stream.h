/* Port: a byte stream (UART, pty, socket). */
#ifndef DOCREV_PORT_STREAM_H
#define DOCREV_PORT_STREAM_H

#include <stddef.h>
#include <stdint.h>

struct port_stream {
    void *ctx;
    /* Never blocks: gives what has arrived, at most `cap` bytes. */
    size_t (*read)(void *ctx, uint8_t *data, size_t cap);
    /* Blocks until all bytes are queued or sent. */
    void (*write)(void *ctx, const uint8_t *data, size_t len);
};

#endif
