/*
 * host-device SOCKET CARD FACTORY: the checkpoint's firmware as a process, its serial line a Unix socket, its card a file. No
 * reader, no display. Killed at any moment it has lost power; started again it goes on from the card. For tests that want a
 * device which speaks CoAP and nothing else.
 */
#include "app/device.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static struct host {
    int card, listener, line; /* line: -1 while nobody is connected */
    uint8_t factory[FACTORY_PAGE_SIZE];
} host = {-1, -1, -1, {0}};

static enum dr_status transfer(uint32_t sector, uint32_t count, uint8_t *in, const uint8_t *out)
{
    size_t len = (size_t)count * PORT_SECTOR_SIZE;
    off_t at = (off_t)sector * PORT_SECTOR_SIZE;
    ssize_t done = in != NULL ? pread(host.card, in, len, at) : pwrite(host.card, out, len, at);

    return done == (ssize_t)len ? DR_OK : DR_ERR_IO;
}

static enum dr_status card_read(void *ctx, uint32_t sector, uint32_t count, uint8_t *data)
{
    (void)ctx;
    return transfer(sector, count, data, NULL);
}

static enum dr_status card_write(void *ctx, uint32_t sector, uint32_t count, const uint8_t *data)
{
    (void)ctx;
    return transfer(sector, count, NULL, data);
}

/* What a process wrote is there after it was killed: the file's cache outlives it. */
static enum dr_status card_sync(void *ctx)
{
    (void)ctx;
    return DR_OK;
}

static struct port_block card = {NULL, 0, card_read, card_write, card_sync, NULL};

static enum dr_status no_reader(void *ctx)
{
    (void)ctx;
    return DR_ERR_NO_READER;
}

static enum dr_status no_target(void *ctx, struct port_nfc_target *target)
{
    (void)ctx, (void)target;
    return DR_ERR_NO_READER;
}

static enum dr_status no_answer(void *ctx, const uint8_t *command, size_t command_len, uint8_t *response,
                                size_t *response_len, uint32_t timeout_ms)
{
    (void)ctx, (void)command, (void)command_len, (void)response, (void)response_len, (void)timeout_ms;
    return DR_ERR_NO_READER;
}

static void nothing(void *ctx)
{
    (void)ctx;
}

static const struct port_nfc nfc = {NULL, no_reader, no_target, no_answer, nothing};

static void hang_up(void)
{
    (void)close(host.line);
    host.line = -1;
}

static size_t line_read(void *ctx, uint8_t *data, size_t cap)
{
    ssize_t len;

    (void)ctx;
    if (host.line < 0) {
        host.line = accept4(host.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }
    if (host.line < 0) {
        return 0;
    }
    len = recv(host.line, data, cap, 0);
    if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR)) {
        hang_up();
    }
    return len > 0 ? (size_t)len : 0;
}

static void line_write(void *ctx, const uint8_t *data, size_t len)
{
    (void)ctx;
    while (host.line >= 0 && len > 0) {
        struct pollfd ready = {.fd = host.line, .events = POLLOUT};
        ssize_t done = send(host.line, data, len, MSG_NOSIGNAL);

        if (done > 0) {
            data += done;
            len -= (size_t)done;
        } else if ((errno != EAGAIN && errno != EINTR) || poll(&ready, 1, 1000) == 0) {
            hang_up();
        }
    }
}

static const struct port_stream line = {NULL, line_read, line_write};

static void show(void *ctx, const struct port_frame *frame)
{
    (void)ctx, (void)frame;
}

static const struct port_display display = {NULL, show};

static uint32_t ticks(void *ctx)
{
    struct timespec now;

    (void)ctx;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000U + (uint64_t)now.tv_nsec / 1000000U);
}

static void idle(void *ctx)
{
    struct pollfd ready[2] = {{.fd = host.line, .events = POLLIN}, {.fd = host.listener, .events = POLLIN}};

    (void)ctx;
    (void)poll(host.line >= 0 ? ready : ready + 1, 1, 10);
}

static size_t noise(void *ctx, uint8_t *data, size_t cap)
{
    ssize_t len = getrandom(data, cap, 0);

    (void)ctx;
    return len > 0 ? (size_t)len : 0;
}

static enum dr_status factory_page(void *ctx, uint8_t page[FACTORY_PAGE_SIZE])
{
    (void)ctx;
    memcpy(page, host.factory, FACTORY_PAGE_SIZE);
    return DR_OK;
}

static const struct port_system port_system = {
    .ticks_ms = ticks, .idle = idle, .restart = nothing, .noise = noise, .factory_page = factory_page};

static int fail(const char *what)
{
    perror(what);
    return EXIT_FAILURE;
}

static int listen_on(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    (void)unlink(path);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 4) != 0) {
        return -1;
    }
    return fd;
}

int main(int argc, char **argv)
{
    static struct device device;
    const struct device_ports ports = {"host", &card, &nfc, &line, NULL, &display, NULL, &port_system};
    struct stat info;
    int factory;

    if (argc != 4) {
        fprintf(stderr, "usage: host-device SOCKET CARD FACTORY\n");
        return 2;
    }
    factory = open(argv[3], O_RDONLY | O_CLOEXEC);
    if (factory < 0 || read(factory, host.factory, sizeof host.factory) != (ssize_t)sizeof host.factory) {
        return fail(argv[3]);
    }
    host.card = open(argv[2], O_RDWR | O_CLOEXEC);
    if (host.card < 0 || fstat(host.card, &info) != 0) {
        return fail(argv[2]);
    }
    card.sector_count = (uint32_t)(info.st_size / PORT_SECTOR_SIZE);
    host.listener = listen_on(argv[1]);
    if (host.listener < 0) {
        return fail(argv[1]);
    }
    device_run(&device, &ports);
}
