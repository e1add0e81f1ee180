/* The serial line to the host: a pty behind a symbolic link, or a Unix stream socket with one client at a time. */
#ifndef PASSPORT_SIM_LINE_H
#define PASSPORT_SIM_LINE_H

#include "util/buffer.h"

#include <poll.h>

struct line {
    char *link; /* pty: the symbolic link; socket: its path; removed at the end */
    bool is_pty;
    int fd;       /* octets of the host; -1: nobody is connected (socket) */
    int listener; /* socket */
    int slave;    /* pty: our own hold on it, so that a host that closes it is no end of file */
    int watch;    /* pty: inotify on the slave, to tidy up after a host that closed it */
    char device[64];
    struct buffer out; /* not yet taken by the host */
};

#define LINE_POLL_MAX 2U

/* Failure ends the program. */
void line_open_pty(struct line *line, const char *link);
void line_open_socket(struct line *line, const char *path);
void line_close(struct line *line);

/* Fills at most LINE_POLL_MAX entries; returns how many. */
size_t line_poll(const struct line *line, struct pollfd *entries);
/* Appends what came to *in, sends what waits. */
void line_serve(struct line *line, const struct pollfd *entries, size_t count, struct buffer *in);

#endif
