/* A device at the other end of a socket, as far as a push can tell: takes blocks, and misbehaves as it is told. */
#ifndef DOCREV_TESTS_FAKE_DEVICE_H
#define DOCREV_TESTS_FAKE_DEVICE_H

#include "codec/coap.h"
#include "codec/slipmux.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FAKE_MAX 65536U

struct fake_device {
    char folder[32], path[64], spec[80];
    int listener;
    pthread_t thread;
    atomic_bool stop;

    /* What it does. */
    unsigned drop_every;   /* takes every n-th request but does not answer it; 0 never */
    unsigned break_after;  /* breaks the line once, before this request; 0 never */
    bool forget;           /* and has forgotten everything when the line is back, as after a power cut */
    unsigned busy;         /* answers this many PUTs 5.03 */
    unsigned damaged;      /* answers this many PUTs 4.00 and stands 500 octets back */
    uint32_t smaller_szx;  /* asks for blocks of this size when not 0 */
    bool refuse;           /* 4.03 at the second block */
    bool wrong_root;       /* confirms another root */
    bool silent;           /* answers nothing at all */
    bool acks_first;       /* empty ACK, then a separate confirmable response */
    bool big_status;       /* an answer of several blocks */
    const char *id, *root; /* what it confirms */
    unsigned number;
    uint32_t size; /* of the whole file */
    const char *cms_sha256;

    /* What it saw. */
    uint8_t file[FAKE_MAX];
    uint32_t offset;
    bool complete;
    unsigned requests, puts, connections;
    int fd;
};

static void fake_put(void *ctx, const uint8_t *data, size_t len)
{
    const struct fake_device *fake = ctx;

    while (len > 0) {
        ssize_t count = send(fake->fd, data, len, MSG_NOSIGNAL);
        if (count <= 0) {
            return;
        }
        data += count;
        len -= (size_t)count;
    }
}

static void fake_send(struct fake_device *fake, const struct coap_message *message)
{
    uint8_t out[2048];
    size_t len = sizeof out;

    if (coap_encode(message, out, &len) == DR_OK) {
        slipmux_encode(SLIPMUX_COAP, bytes_of(out, len), fake_put, fake);
    }
}

static void fake_take(struct fake_device *fake, const struct coap_message *request, struct coap_message *reply,
                      char *text, size_t capacity)
{
    uint32_t at = coap_block_offset(&request->block1);
    uint32_t held = at == 0 ? 0 : fake->offset - at;

    fake->puts++;
    reply->block1 = request->block1;
    if (fake->busy > 0) {
        fake->busy--;
        reply->code = COAP_UNAVAILABLE;
        (void)snprintf(text, capacity, "{\"error\":\"inspecting\"}");
        return;
    }
    if (fake->refuse && at > 0) {
        reply->code = COAP_FORBIDDEN;
        (void)snprintf(text, capacity, "{\"error\":\"too few signers\",\"why\":\"1 of 2\"}");
        return;
    }
    if (at > 0 && (at > fake->offset || held >= request->payload.len)) {
        reply->code = COAP_INCOMPLETE;
        (void)snprintf(text, capacity, "{\"offset\":%u}", fake->offset);
        return;
    }
    if (fake->damaged > 0 && at >= 2048) {
        fake->damaged--;
        fake->offset -= 500;
        reply->code = COAP_BAD_REQUEST;
        (void)snprintf(text, capacity, "{\"error\":\"stored data damaged\"}");
        return;
    }
    memcpy(fake->file + at + held, request->payload.data + held, request->payload.len - held);
    fake->offset = at + (uint32_t)request->payload.len;
    if (request->block1.more) {
        reply->code = COAP_CONTINUE;
        if (fake->smaller_szx > 0 && fake->smaller_szx < request->block1.szx) {
            reply->block1.szx = (uint8_t)fake->smaller_szx;
            fake->offset = at + (16U << fake->smaller_szx);
        }
        return;
    }
    fake->complete = true;
    reply->code = COAP_CHANGED;
    (void)snprintf(text, capacity, "{\"object\":\"list\",\"id\":\"%s\",\"number\":%u,\"root\":\"%s\"}", fake->id,
                   fake->number, fake->wrong_root ? "00" : fake->root);
}

static void fake_answer(struct fake_device *fake, const struct coap_message *request)
{
    static char text[8192];
    struct coap_message reply = {
        .type = COAP_ACK, .id = request->id, .token_len = request->token_len, .code = COAP_CONTENT};
    struct bytes whole;

    memcpy(reply.token, request->token, sizeof reply.token);
    text[0] = '\0';
    if (request->code == COAP_PUT && strcmp(request->path, "update") == 0) {
        fake_take(fake, request, &reply, text, sizeof text);
    } else if (strcmp(request->path, "update") == 0) {
        if (fake->offset == 0 || fake->complete) {
            (void)snprintf(text, sizeof text, "{\"state\":\"idle\"}");
        } else {
            (void)snprintf(text, sizeof text,
                           "{\"state\":\"receiving\",\"cms_sha256\":\"%s\",\"offset\":%u,\"size\":%u}",
                           fake->cms_sha256, fake->offset, fake->size);
        }
    } else if (strcmp(request->path, "status") == 0 && fake->big_status) {
        memset(text, 'x', 5000);
        text[0] = text[4999] = '"';
        text[5000] = '\0';
    } else if (strcmp(request->path, "status") == 0) {
        (void)snprintf(text, sizeof text, "{\"lists\":[{\"id\":\"%s\",\"number\":%u,\"root\":\"%s\"}]}", fake->id,
                       fake->complete ? fake->number : 0, fake->complete ? fake->root : "");
    } else {
        reply.code = COAP_NOT_FOUND;
    }
    whole = bytes_of(text, strlen(text));
    if (whole.len > 1024 || request->block2.present) {
        uint32_t at = coap_block_offset(&request->block2);
        size_t left = whole.len - at;
        if (!request->block2.present) {
            at = 0;
            left = whole.len;
        }
        reply.block2 = (struct coap_block){.present = true, .number = at / 1024, .szx = 6, .more = left > 1024};
        whole = bytes_of(text + at, left > 1024 ? 1024 : left);
    }
    reply.payload = whole;
    if (fake->acks_first) {
        struct coap_message ack = {.type = COAP_ACK, .code = COAP_EMPTY, .id = request->id};
        fake_send(fake, &ack);
        reply.type = COAP_CON;
        reply.id = (uint16_t)(request->id + 1000);
    }
    fake_send(fake, &reply);
}

/* False when the line is to be broken. */
static bool fake_request(struct fake_device *fake, struct bytes datagram)
{
    struct coap_message request;
    static uint16_t last_id;
    static bool has_last;

    if (coap_decode(datagram, &request) != DR_OK || request.code == COAP_EMPTY) {
        return true;
    }
    fake->requests++;
    if (fake->break_after > 0 && fake->requests >= fake->break_after) {
        fake->break_after = 0;
        if (fake->forget) {
            fake->offset = 0;
        }
        return false;
    }
    if (fake->silent ||
        (fake->drop_every > 0 && fake->requests % fake->drop_every == 0 && !(has_last && last_id == request.id))) {
        has_last = true;
        last_id = request.id;
        return true; /* lost on its way here */
    }
    fake_answer(fake, &request);
    return true;
}

static void fake_serve(struct fake_device *fake)
{
    uint8_t frame[2050], in[256];
    struct slipmux_decoder decoder;
    ssize_t count;

    slipmux_decoder_init(&decoder, frame, sizeof frame);
    while ((count = read(fake->fd, in, sizeof in)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            if (slipmux_decode(&decoder, in[i]) == SLIPMUX_COAP_FRAME &&
                !fake_request(fake, bytes_of(frame, decoder.length))) {
                return;
            }
        }
    }
}

static void *fake_main(void *ctx)
{
    struct fake_device *fake = ctx;

    while (!fake->stop) {
        fake->fd = accept(fake->listener, NULL, NULL);
        if (fake->fd < 0) {
            break;
        }
        fake->connections++;
        if (!fake->stop) {
            fake_put(fake, (const uint8_t *)"boot\r\n", 6);
            fake_serve(fake);
        }
        (void)close(fake->fd);
    }
    return NULL;
}

static void fake_start(struct fake_device *fake)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    strcpy(fake->folder, "/tmp/docrev-test-XXXXXX");
    assert_non_null(mkdtemp(fake->folder));
    (void)snprintf(fake->path, sizeof fake->path, "%s/s", fake->folder);
    (void)snprintf(fake->spec, sizeof fake->spec, "serial:%s", fake->path);
    strcpy(address.sun_path, fake->path);
    fake->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fake->listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fake->listener, 4), 0);
    assert_int_equal(pthread_create(&fake->thread, NULL, fake_main, fake), 0);
}

/* After the client has closed its end. */
static void fake_stop(struct fake_device *fake)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    fake->stop = true;
    strcpy(address.sun_path, fake->path);
    (void)connect(fd, (const struct sockaddr *)&address, sizeof address);
    (void)close(fd);
    assert_int_equal(pthread_join(fake->thread, NULL), 0);
    (void)close(fake->listener);
    (void)unlink(fake->path);
    (void)rmdir(fake->folder);
}

#endif
