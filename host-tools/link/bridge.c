#include "link/bridge.h"

#include "codec/coap.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define PENDING 64U
#define POLL_MS 200
#define REOPEN_MS 1000

/* A request on its way: whose it is, and by which id the device knows it. */
struct pending {
    struct sockaddr_storage client;
    socklen_t client_len;
    uint16_t client_id, device_id;
    uint8_t token_len, token[8];
    bool used;
};

struct bridge {
    struct device_link *line;
    int fd;
    struct pending pending[PENDING];
    size_t next;
    uint16_t next_id;
    struct bridge_count *count;
};

static int open_port(const char *listen, const char **why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST}, *found = NULL;
    char *host = strdup(listen[0] == '[' ? listen + 1 : listen), *port;
    int fd = -1, error;

    port = host != NULL ? strrchr(host, ':') : NULL;
    if (port == NULL) {
        *why = "ADDRESS:PORT is wanted";
        free(host);
        return -1;
    }
    *port++ = '\0';
    host[strcspn(host, "]")] = '\0';
    error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) {
        *why = gai_strerror(error);
    } else {
        fd = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0) {
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

/* A client's retransmission keeps the id that it got the first time, so that the device recognises it. */
static struct pending *find_client(struct bridge *bridge, const struct sockaddr_storage *client, socklen_t len,
                                   uint16_t id)
{
    for (size_t i = 0; i < PENDING; i++) {
        struct pending *pending = &bridge->pending[i];
        if (pending->used && pending->client_id == id && pending->client_len == len &&
            memcmp(&pending->client, client, len) == 0) {
            return pending;
        }
    }
    return NULL;
}

static struct pending *find_answer(struct bridge *bridge, const struct coap_message *message)
{
    bool by_id = message->type == COAP_ACK || message->type == COAP_RST;

    for (size_t i = 0; i < PENDING; i++) {
        struct pending *pending = &bridge->pending[(bridge->next + PENDING - 1 - i) % PENDING]; /* newest first */
        bool same_token =
            pending->token_len == message->token_len && memcmp(pending->token, message->token, message->token_len) == 0;
        if (pending->used && (by_id ? pending->device_id == message->id : same_token)) {
            return pending;
        }
    }
    return NULL;
}

static void forward_request(struct bridge *bridge)
{
    uint8_t datagram[DEVICE_LINK_MAX_MESSAGE];
    struct sockaddr_storage client = {0};
    socklen_t client_len = sizeof client;
    ssize_t len = recvfrom(bridge->fd, datagram, sizeof datagram, 0, (struct sockaddr *)&client, &client_len);
    struct coap_message message;
    struct pending *pending;
    enum dr_status status;

    if (len < 4) {
        return;
    }
    status = coap_decode(bytes_of(datagram, (size_t)len), &message);
    if (status == DR_ERR_UNSUPPORTED || status == DR_ERR_TRUNCATED) {
        bridge->count->dropped++;
        return;
    }
    pending = find_client(bridge, &client, client_len, message.id);
    if (pending == NULL) {
        pending = &bridge->pending[bridge->next];
        bridge->next = (bridge->next + 1) % PENDING;
        *pending = (struct pending){.client = client,
                                    .client_len = client_len,
                                    .client_id = message.id,
                                    .device_id = bridge->next_id++,
                                    .token_len = message.token_len,
                                    .used = true};
        memcpy(pending->token, message.token, sizeof pending->token);
    }
    put_be16(datagram + 2, pending->device_id);
    bridge->count->requests++;
    if (device_link_send(bridge->line, bytes_of(datagram, (size_t)len)) != DR_OK) {
        bridge->count->dropped++;
        device_link_close(bridge->line);
    }
}

static void forward_answer(struct bridge *bridge, uint8_t *datagram, size_t len)
{
    struct coap_message message;
    const struct pending *pending;

    if (coap_decode(bytes_of(datagram, len), &message) != DR_OK || (pending = find_answer(bridge, &message)) == NULL) {
        bridge->count->dropped++;
        return;
    }
    if (message.type == COAP_ACK || message.type == COAP_RST) {
        put_be16(datagram + 2, pending->client_id);
    }
    bridge->count->answers++;
    (void)sendto(bridge->fd, datagram, len, 0, (const struct sockaddr *)&pending->client, pending->client_len);
}

static void forward_answers(struct bridge *bridge)
{
    uint8_t datagram[DEVICE_LINK_MAX_MESSAGE];
    size_t len = sizeof datagram;
    enum dr_status status;

    while ((status = device_link_receive(bridge->line, 0, datagram, &len)) == DR_OK) {
        forward_answer(bridge, datagram, len);
        len = sizeof datagram;
    }
    if (status == DR_ERR_IO) {
        device_link_close(bridge->line);
    }
}

enum dr_status bridge_run(struct device_link *line, const char *listen, void (*ready)(const char *listen),
                          const volatile sig_atomic_t *stop, struct bridge_count *count, const char **why)
{
    struct bridge *bridge = calloc(1, sizeof *bridge);
    int64_t tried = steady_ms();

    *count = (struct bridge_count){0};
    if (bridge == NULL || getrandom(&bridge->next_id, sizeof bridge->next_id, 0) != sizeof bridge->next_id) {
        *why = "no memory";
        free(bridge);
        return DR_ERR_NO_SPACE;
    }
    bridge->line = line;
    bridge->count = count;
    bridge->fd = open_port(listen, why);
    if (bridge->fd < 0) {
        free(bridge);
        return DR_ERR_IO;
    }
    if (ready != NULL) {
        ready(listen);
    }
    while (*stop == 0) {
        struct pollfd ends[2] = {{.fd = bridge->fd, .events = POLLIN}, {.fd = line->fd, .events = POLLIN}};

        if (line->fd < 0 && steady_ms() - tried >= REOPEN_MS) {
            tried = steady_ms();
            (void)device_link_reopen(line, why);
            continue;
        }
        if (poll(ends, 2, POLL_MS) <= 0) {
            continue;
        }
        if (ends[0].revents != 0) {
            forward_request(bridge);
        }
        if (line->fd >= 0 && ends[1].revents != 0) {
            forward_answers(bridge);
        }
    }
    (void)close(bridge->fd);
    free(bridge);
    return DR_OK;
}
