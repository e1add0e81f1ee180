#include "link/device_link.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define WRITE_TIMEOUT_MS 10000
#define COAP_PORT "5683"

int64_t steady_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int open_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

/* Raw, 115200 baud, and nobody else's: two programs on one line would take each other's answers. */
static int open_terminal(const char *path)
{
    int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    struct termios settings;

    if (fd < 0 || isatty(fd) != 1) {
        return fd;
    }
    if (tcgetattr(fd, &settings) != 0) {
        goto fail;
    }
    cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cflag &= ~(tcflag_t)CRTSCTS;
    (void)cfsetispeed(&settings, B115200);
    (void)cfsetospeed(&settings, B115200);
    if (tcsetattr(fd, TCSANOW, &settings) != 0 || ioctl(fd, TIOCEXCL) != 0) {
        goto fail;
    }
    return fd;
fail:
    (void)close(fd);
    return -1;
}

static int open_serial(const char *path)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        return -1;
    }
    return S_ISSOCK(info.st_mode) ? open_socket(path) : open_terminal(path);
}

/* HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT. */
static int open_udp(const char *where, const char **why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found = NULL;
    char *host = strdup(where[0] == '[' ? where + 1 : where), *port = NULL;
    int fd = -1, error;

    if (host == NULL) {
        return -1;
    }
    host[strcspn(host, "/")] = '\0';
    port = strchr(where[0] == '[' ? host + strcspn(host, "]") : host, ':');
    host[strcspn(host, where[0] == '[' ? "]" : ":")] = '\0';
    error = getaddrinfo(host, port != NULL ? port + 1 : COAP_PORT, &hints, &found);
    if (error != 0) {
        *why = gai_strerror(error);
    } else {
        fd = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
            *why = strerror(errno);
            if (fd >= 0) {
                (void)close(fd);
            }
            fd = -1;
        }
        freeaddrinfo(found);
    }
    free(host);
    return fd;
}

enum dr_status device_link_open(struct device_link *line, const char *spec, const char **why)
{
    static const char serial[] = "serial:", coap[] = "coap://";

    line->spec = spec;
    line->fd = -1;
    line->in_at = line->in_len = 0;
    slipmux_decoder_init(&line->decoder, line->frame, sizeof line->frame);
    if (strncmp(spec, serial, sizeof serial - 1) == 0) {
        line->serial = true;
        line->fd = open_serial(spec + sizeof serial - 1);
        *why = line->fd < 0 ? strerror(errno) : NULL;
    } else if (strncmp(spec, coap, sizeof coap - 1) == 0) {
        line->serial = false;
        line->fd = open_udp(spec + sizeof coap - 1, why);
    } else {
        *why = "serial:PATH or coap://HOST[:PORT] is wanted";
        return DR_ERR_ARGUMENT;
    }
    if (line->fd >= 0 && fcntl(line->fd, F_SETFL, O_NONBLOCK) != 0) {
        *why = strerror(errno);
        device_link_close(line);
    }
    return line->fd >= 0 ? DR_OK : DR_ERR_IO;
}

enum dr_status device_link_reopen(struct device_link *line, const char **why)
{
    device_link_close(line);
    return device_link_open(line, line->spec, why);
}

void device_link_close(struct device_link *line)
{
    if (line->fd >= 0) {
        (void)close(line->fd);
    }
    line->fd = -1;
}

/* What is to be sent, collected so that a frame leaves in one piece. */
struct outgoing {
    uint8_t data[2 * (DEVICE_LINK_MAX_MESSAGE + 8U)];
    size_t len;
};

static void collect(void *ctx, const uint8_t *data, size_t len)
{
    struct outgoing *outgoing = ctx;

    if (len <= sizeof outgoing->data - outgoing->len) {
        memcpy(outgoing->data + outgoing->len, data, len);
        outgoing->len += len;
    }
}

static enum dr_status write_all(int fd, struct bytes data)
{
    while (data.len > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        ssize_t count = write(fd, data.data, data.len);

        if (count > 0) {
            data = bytes_of(data.data + count, data.len - (size_t)count);
        } else if ((count < 0 && errno != EAGAIN && errno != EINTR) || poll(&ready, 1, WRITE_TIMEOUT_MS) == 0) {
            return DR_ERR_IO;
        }
    }
    return DR_OK;
}

enum dr_status device_link_send(struct device_link *line, struct bytes message)
{
    struct outgoing outgoing = {.len = 0};

    if (line->fd < 0) {
        return DR_ERR_IO;
    }
    if (message.len > DEVICE_LINK_MAX_MESSAGE) {
        return DR_ERR_TOO_LARGE;
    }
    if (!line->serial) {
        return send(line->fd, message.data, message.len, MSG_NOSIGNAL) == (ssize_t)message.len ? DR_OK : DR_ERR_IO;
    }
    slipmux_encode(SLIPMUX_COAP, message, collect, &outgoing);
    return write_all(line->fd, bytes_of(outgoing.data, outgoing.len));
}

/* Decodes what was read; true when a CoAP message is whole. */
static bool decode(struct device_link *line)
{
    while (line->in_at < line->in_len) {
        enum slipmux_event event = slipmux_decode(&line->decoder, line->in[line->in_at++]);
        if (event == SLIPMUX_COAP_FRAME) {
            return true;
        }
        if (event == SLIPMUX_DAMAGED) {
            line->damaged++;
        }
        if ((event == SLIPMUX_TEXT_FRAME || event == SLIPMUX_TEXT_LINE) && line->text != NULL) {
            line->text(line->text_ctx, bytes_of(line->frame, line->decoder.length));
        }
    }
    return false;
}

static enum dr_status take(struct bytes message, uint8_t *out, size_t *len)
{
    if (message.len > *len) {
        return DR_ERR_TOO_LARGE;
    }
    memcpy(out, message.data, message.len);
    *len = message.len;
    return DR_OK;
}

enum dr_status device_link_receive(struct device_link *line, int timeout_ms, uint8_t *out, size_t *len)
{
    int64_t until = steady_ms() + timeout_ms;

    while (line->fd >= 0) {
        struct pollfd ready = {.fd = line->fd, .events = POLLIN};
        int64_t left;
        ssize_t count;

        if (line->serial && decode(line)) {
            return take(bytes_of(line->frame, line->decoder.length), out, len);
        }
        left = until - steady_ms();
        if (poll(&ready, 1, left > 0 ? (int)left : 0) <= 0) {
            if (left <= 0) {
                return DR_ERR_TIMEOUT;
            }
            continue;
        }
        if (!line->serial) {
            count = recv(line->fd, out, *len, 0);
            if (count < 0) {
                return errno == EAGAIN || errno == EINTR ? DR_ERR_TIMEOUT : DR_ERR_IO;
            }
            *len = (size_t)count;
            return DR_OK;
        }
        count = read(line->fd, line->in, sizeof line->in);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
            return DR_ERR_IO;
        }
        line->in_at = 0;
        line->in_len = count > 0 ? (size_t)count : 0;
    }
    return DR_ERR_IO;
}
