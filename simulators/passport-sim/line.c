#include "line.h"

#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define OUT_LIMIT 65536U /* octets kept for a host that does not read */

/* Raw 8N1. Also takes back libnfc's mark of a port in use, which stays when a client is killed. */
static void make_raw(int fd)
{
    struct termios settings;
    if (tcgetattr(fd, &settings) != 0) {
        die("pty: %s", strerror(errno));
    }
    cfmakeraw(&settings);
    settings.c_iflag = 0;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    if (tcsetattr(fd, TCSANOW, &settings) != 0) {
        die("pty: %s", strerror(errno));
    }
}

static void replace_link(const char *device, const char *link)
{
    struct stat info;
    if (lstat(link, &info) == 0) {
        if (!S_ISLNK(info.st_mode)) {
            die("%s: exists and is no symbolic link", link);
        }
        unlink(link);
    }
    if (symlink(device, link) != 0) {
        die("%s: %s", link, strerror(errno));
    }
}

static char *copy_of(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL) {
        die("out of memory");
    }
    return copy;
}

void line_open_pty(struct line *line, const char *link)
{
    *line = (struct line){.is_pty = true, .listener = -1, .link = copy_of(link)};
    line->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (line->fd < 0 || grantpt(line->fd) != 0 || unlockpt(line->fd) != 0 ||
        ptsname_r(line->fd, line->device, sizeof(line->device)) != 0) {
        die("pty: %s", strerror(errno));
    }
    line->slave = open(line->device, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (line->slave < 0) {
        die("%s: %s", line->device, strerror(errno));
    }
    make_raw(line->slave);
    line->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (line->watch < 0 || inotify_add_watch(line->watch, line->device, IN_CLOSE_WRITE) < 0) {
        die("inotify: %s", strerror(errno));
    }
    replace_link(line->device, link);
}

void line_open_socket(struct line *line, const char *path)
{
    *line = (struct line){.fd = -1, .slave = -1, .watch = -1, .link = copy_of(path)};
    line->listener = listener_open(path);
    snprintf(line->device, sizeof(line->device), "unix socket");
}

void line_close(struct line *line)
{
    if (line->link != NULL) {
        unlink(line->link);
    }
    for (int *fd = (int[]){line->fd, line->listener, line->slave, line->watch, -2}; *fd != -2; fd++) {
        if (*fd >= 0) {
            close(*fd);
        }
    }
    free(line->link);
    buffer_free(&line->out);
    *line = (struct line){.fd = -1, .listener = -1, .slave = -1, .watch = -1};
}

size_t line_poll(const struct line *line, struct pollfd *entries)
{
    size_t count = 0;
    short writable = line->out.len > 0 ? POLLOUT : 0;
    if (line->fd >= 0) {
        entries[count++] = (struct pollfd){.fd = line->fd, .events = (short)(POLLIN | writable)};
    }
    if (line->is_pty) {
        entries[count++] = (struct pollfd){.fd = line->watch, .events = POLLIN};
    } else if (line->fd < 0) {
        entries[count++] = (struct pollfd){.fd = line->listener, .events = POLLIN};
    }
    return count;
}

static void hang_up(struct line *line)
{
    close(line->fd);
    line->fd = -1;
    line->out.len = 0;
}

static void receive(struct line *line, struct buffer *in)
{
    uint8_t octets[4096];
    ssize_t count = read(line->fd, octets, sizeof(octets));
    if (count > 0) {
        buffer_append(in, octets, (size_t)count);
    } else if (!line->is_pty && (count == 0 || (errno != EAGAIN && errno != EINTR))) {
        hang_up(line);
    }
}

static void send_out(struct line *line)
{
    while (line->fd >= 0 && line->out.len > 0) {
        ssize_t count = write(line->fd, line->out.data, line->out.len);
        if (count <= 0) {
            if (count < 0 && errno != EAGAIN && errno != EINTR && !line->is_pty) {
                hang_up(line);
            }
            break;
        }
        buffer_consume(&line->out, (size_t)count);
    }
    if (line->out.len > OUT_LIMIT) {
        line->out.len = 0;
    }
}

/* A host closed the slave: the next one finds it raw, unclaimed and without old octets. */
static void tidy_up(struct line *line)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    while (read(line->watch, events, sizeof(events)) > 0) {
    }
    make_raw(line->slave);
    tcflush(line->slave, TCIFLUSH);
}

void line_serve(struct line *line, const struct pollfd *entries, size_t count, struct buffer *in)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i].revents == 0) {
            continue;
        }
        if (entries[i].fd == line->watch && line->is_pty) {
            tidy_up(line);
        } else if (entries[i].fd == line->listener && !line->is_pty) {
            line->fd = accept4(line->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        } else if (entries[i].fd == line->fd) {
            receive(line, in);
        }
    }
    send_out(line);
}
