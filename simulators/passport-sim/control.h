/* The control socket: lines in, lines out, each command's answer ended by "ok" or "error: why". */
#ifndef PASSPORT_SIM_CONTROL_H
#define PASSPORT_SIM_CONTROL_H

#include "station.h"

#include <poll.h>

#define CONTROL_CLIENTS 4U
#define CONTROL_POLL_MAX (CONTROL_CLIENTS + 1U)
#define CONTROL_LINE_MAX 256U

struct control_client {
    int fd; /* -1: free */
    size_t len;
    char line[CONTROL_LINE_MAX];
};

struct control {
    const char *path;
    int listener; /* -1: no control socket */
    struct control_client clients[CONTROL_CLIENTS];
    bool quit;
};

/* `path` NULL: none. Failure ends the program. */
void control_open(struct control *control, const char *path);
void control_close(struct control *control);
size_t control_poll(const struct control *control, struct pollfd *entries);
void control_serve(struct control *control, const struct pollfd *entries, size_t count, struct station *station);

/* One command line, without its end; appends the whole answer. False: it was `quit`. */
bool control_command(struct station *station, const char *line, struct buffer *answer);

#endif
