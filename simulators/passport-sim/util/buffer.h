/* Octets that grow, views of octets, and how a command-line tool of the simulator gives up. */
#ifndef PASSPORT_SIM_UTIL_BUFFER_H
#define PASSPORT_SIM_UTIL_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view; owns nothing. */
struct slice {
    const uint8_t *data;
    size_t len;
};

/* Owned octets. {0} is empty; buffer_free makes it empty again. Running out of memory ends the program. */
struct buffer {
    uint8_t *data;
    size_t len;
    size_t capacity;
};

void buffer_free(struct buffer *buffer);
void buffer_append(struct buffer *buffer, const void *data, size_t len);
void buffer_append_byte(struct buffer *buffer, uint8_t byte);
/* Removes `len` octets at the front; all of them when there are fewer. */
void buffer_consume(struct buffer *buffer, size_t len);
struct slice buffer_view(const struct buffer *buffer);

/* Reads a whole file, at most 16 MiB. False when it cannot be read; errno says why. */
bool buffer_read_file(struct buffer *buffer, const char *path);
/* Writes a file whole, by a temporary name in the same folder. False: errno says why. */
bool slice_write_file(struct slice content, const char *path, unsigned mode);

/* "passport-sim: ..." on stderr, then exit status 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
