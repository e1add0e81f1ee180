#include "app/link.h"

#include "app/console.h"
#include "app/device.h"
#include "app/text.h"
#include "crypto/drbg.h"
#include "crypto/memory.h"

/* Octets taken in one call: a turn of the main loop stays short whatever the line brings. */
#define POLL_CHUNK 64U
#define POLL_CHUNKS 40U

void link_init(struct link *link, const struct port_stream *stream)
{
    memset(link, 0, sizeof *link);
    link->stream = stream;
    slipmux_decoder_init(&link->decoder, link->frame, sizeof link->frame);
}

static void put(void *ctx, const uint8_t *data, size_t len)
{
    const struct link *link = ctx;

    link->stream->write(link->stream->ctx, data, len);
}

static void send(struct link *link, uint8_t type, struct bytes payload)
{
    slipmux_encode(type, payload, put, link);
}

void link_print(struct link *link, const char *text)
{
    char out[LINK_MAX_LINE + 2];
    struct text line = text_begin(out, LINK_MAX_LINE + 1);

    text_add(&line, text);
    line.capacity = sizeof out; /* the end of the line always fits */
    text_add_char(&line, '\n');
    send(link, SLIPMUX_DIAGNOSTIC, bytes_of(out, line.length));
}

void link_print_payload(struct link *link, size_t len)
{
    link->payload[len] = '\n';
    send(link, SLIPMUX_DIAGNOSTIC, bytes_of(link->payload, len + 1));
}

static struct bytes encode(struct link *link, const struct coap_message *message)
{
    size_t len = sizeof link->answer;

    if (coap_encode(message, link->answer, &len) != DR_OK) {
        struct coap_message failure = {.type = message->type, .code = COAP_INTERNAL_ERROR, .id = message->id};

        failure.token_len = message->token_len;
        memcpy(failure.token, message->token, sizeof failure.token);
        len = sizeof link->answer;
        if (coap_encode(&failure, link->answer, &len) != DR_OK) {
            len = 0;
        }
    }
    link->answer_len = len;
    return bytes_of(link->answer, len);
}

static struct bytes reset(struct link *link, uint16_t id)
{
    struct coap_message message = {.type = COAP_RST, .code = COAP_EMPTY, .id = id};

    link->has_answer = false;
    return encode(link, &message);
}

/* When a host sends and what it chooses as tokens is no secret, but nobody else knows all of it. */
static void contribute(const struct device *device, const struct coap_message *request)
{
    const struct port_system *system = device->ports.system;
    uint8_t noise[4 + sizeof request->token];

    put_be32(noise, system->ticks_ms(system->ctx));
    memcpy(noise + 4, request->token, sizeof request->token);
    (void)drbg_mix(bytes_of(noise, sizeof noise));
}

struct bytes link_receive(struct device *device, struct link *link, struct bytes datagram)
{
    const struct bytes nothing = bytes_of(NULL, 0);
    struct coap_message request, reply = {0};
    enum dr_status status = coap_decode(datagram, &request);
    uint16_t fcs = slipmux_fcs16(0, datagram);

    if (status == DR_ERR_UNSUPPORTED || datagram.len < 4) {
        return nothing; /* another version is ignored silently (RFC 7252 3) */
    }
    if (status != DR_OK || request.code >> 5 != 0 || request.code == COAP_EMPTY) {
        /* A format error, an answer that nobody waits for, or a ping (RFC 7252 4.2, 4.3). */
        return request.type == COAP_CON ? reset(link, request.id) : nothing;
    }
    if (request.type != COAP_CON && request.type != COAP_NON) {
        return nothing;
    }
    if (link->has_answer && link->answer_id == request.id && link->answer_fcs == fcs) {
        return bytes_of(link->answer, link->answer_len);
    }
    contribute(device, &request);

    reply.type = request.type == COAP_CON ? COAP_ACK : COAP_NON;
    reply.id = request.type == COAP_CON ? request.id : link->next_id++;
    reply.token_len = request.token_len;
    memcpy(reply.token, request.token, sizeof reply.token);
    if (request.unknown_critical && request.type == COAP_NON) {
        return nothing; /* RFC 7252 5.4.1 */
    }
    if (request.unknown_critical) {
        reply.code = COAP_BAD_OPTION;
    } else {
        link_handle(device, &request, &reply, link->payload, sizeof link->payload);
    }
    link->has_answer = true;
    link->answer_id = request.id;
    link->answer_fcs = fcs;
    return encode(link, &reply);
}

void link_poll(struct device *device, struct link *link)
{
    uint8_t chunk[POLL_CHUNK];

    for (unsigned turn = 0; turn < POLL_CHUNKS; turn++) {
        size_t len = link->stream->read(link->stream->ctx, chunk, sizeof chunk);

        if (len == 0) {
            return;
        }
        for (size_t i = 0; i < len; i++) {
            enum slipmux_event event = slipmux_decode(&link->decoder, chunk[i]);

            if (event == SLIPMUX_COAP_FRAME) {
                struct bytes answer = link_receive(device, link, bytes_of(link->frame, link->decoder.length));

                if (answer.len > 0) {
                    send(link, SLIPMUX_COAP, answer);
                }
            } else if (event == SLIPMUX_TEXT_LINE || event == SLIPMUX_TEXT_FRAME) {
                console_line(device, bytes_of(link->frame, link->decoder.length));
            }
        }
        crypto_wipe(chunk, sizeof chunk); /* it may have been an MRZ */
    }
}
