#include "util/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_LIMIT ((size_t)16 << 20)

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_append(struct buffer *buffer, const void *data, size_t len)
{
    if (len > buffer->capacity - buffer->len) {
        size_t capacity = buffer->capacity == 0 ? 256 : buffer->capacity;
        while (capacity - buffer->len < len) {
            capacity *= 2;
        }
        uint8_t *grown = realloc(buffer->data, capacity);
        if (grown == NULL) {
            die("out of memory");
        }
        buffer->data = grown;
        buffer->capacity = capacity;
    }
    if (len > 0) {
        memcpy(buffer->data + buffer->len, data, len);
    }
    buffer->len += len;
}

void buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
    buffer_append(buffer, &byte, 1);
}

void buffer_consume(struct buffer *buffer, size_t len)
{
    if (len >= buffer->len) {
        buffer->len = 0;
        return;
    }
    memmove(buffer->data, buffer->data + len, buffer->len - len);
    buffer->len -= len;
}

struct slice buffer_view(const struct buffer *buffer)
{
    return (struct slice){buffer->data, buffer->len};
}

bool buffer_read_file(struct buffer *buffer, const char *path)
{
    bool ok = false;
    uint8_t part[4096];
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return false;
    }
    for (;;) {
        size_t got = fread(part, 1, sizeof(part), file);
        if (got == 0) {
            ok = !ferror(file);
            break;
        }
        if (buffer->len + got > FILE_LIMIT) {
            errno = EFBIG;
            break;
        }
        buffer_append(buffer, part, got);
    }
    fclose(file);
    return ok;
}

bool slice_write_file(struct slice content, const char *path, unsigned mode)
{
    bool ok = false;
    char temporary[4096];
    int written = snprintf(temporary, sizeof(temporary), "%s.new", path);
    if (written < 0 || (size_t)written >= sizeof(temporary)) {
        errno = ENAMETOOLONG;
        return false;
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (fd < 0) {
        return false;
    }
    size_t done = 0;
    while (done < content.len) {
        ssize_t count = write(fd, content.data + done, content.len - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            goto out;
        }
        done += (size_t)count;
    }
    ok = true;
out:
    if (close(fd) != 0) {
        ok = false;
    }
    if (ok && rename(temporary, path) != 0) {
        ok = false;
    }
    if (!ok) {
        int saved = errno;
        unlink(temporary);
        errno = saved;
    }
    return ok;
}

void die(const char *format, ...)
{
    va_list arguments;
    fputs("passport-sim: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}
