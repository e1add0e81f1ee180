#include "codec/slipmux.h"

/* RFC 1055. */
#define SLIP_END 0xC0U
#define SLIP_ESC 0xDBU
#define SLIP_ESC_END 0xDCU
#define SLIP_ESC_ESC 0xDDU

enum state {
    LINE_START, /* outside any frame, at the beginning of a typed line */
    LINE,       /* inside a typed line; `overflow` also says that it holds what is no text */
    BOUNDARY,   /* an END came: the next byte is a frame's type, or a line begins */
    COAP,       /* inside a CoAP frame */
    DIAGNOSTIC  /* inside a text frame */
};

uint16_t slipmux_fcs16(uint16_t fcs, struct bytes data)
{
    uint32_t value = fcs ^ 0xFFFFU;

    for (size_t i = 0; i < data.len; i++) {
        value ^= data.data[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            value = (value & 1U) != 0 ? (value >> 1) ^ 0x8408U : value >> 1;
        }
    }
    return (uint16_t)(value ^ 0xFFFFU);
}

void slipmux_decoder_init(struct slipmux_decoder *decoder, uint8_t *buffer, size_t capacity)
{
    *decoder = (struct slipmux_decoder){.buffer = buffer, .capacity = capacity, .state = LINE_START};
}

static void enter(struct slipmux_decoder *decoder, enum state state)
{
    decoder->state = (uint8_t)state;
    decoder->length = 0;
    decoder->escaped = false;
    decoder->overflow = false;
}

static void append(struct slipmux_decoder *decoder, uint8_t byte)
{
    if (decoder->length == decoder->capacity) {
        decoder->overflow = true;
    } else {
        decoder->buffer[decoder->length++] = byte;
    }
}

/* Takes the FCS off the frame. It covers the type byte too and comes least significant octet first (slipmux, RFC 1662 C.2). */
static bool fcs_right(struct slipmux_decoder *decoder)
{
    static const uint8_t type = SLIPMUX_COAP;
    const uint8_t *tail;
    uint16_t fcs;

    if (decoder->length < 2) {
        return false;
    }
    decoder->length -= 2;
    tail = decoder->buffer + decoder->length;
    fcs = slipmux_fcs16(slipmux_fcs16(0, bytes_of(&type, 1)), bytes_of(decoder->buffer, decoder->length));
    return get_be16(tail) == (uint16_t)(fcs << 8 | fcs >> 8);
}

/* The buffer keeps what the event tells of: only the next byte begins something new. */
static enum slipmux_event end_byte(struct slipmux_decoder *decoder)
{
    enum state state = (enum state)decoder->state;
    bool damaged = decoder->overflow || decoder->escaped;

    decoder->state = BOUNDARY;
    if (state == BOUNDARY || state == LINE_START) {
        return SLIPMUX_NOTHING;
    }
    if (damaged || (state == COAP && !fcs_right(decoder))) {
        return SLIPMUX_DAMAGED;
    }
    return state == COAP ? SLIPMUX_COAP_FRAME : state == DIAGNOSTIC ? SLIPMUX_TEXT_FRAME : SLIPMUX_NOTHING;
}

static enum slipmux_event line_byte(struct slipmux_decoder *decoder, uint8_t byte)
{
    if (byte == '\r' || byte == '\n') {
        decoder->state = LINE_START;
        return decoder->length > 0 && !decoder->overflow ? SLIPMUX_TEXT_LINE : SLIPMUX_NOTHING;
    }
    if ((byte == '\b' || byte == 0x7F) && decoder->length > 0) {
        decoder->length--;
    } else if ((byte >= ' ' && byte < 0x7F) || byte == '\t') {
        append(decoder, byte);
    } else {
        decoder->overflow = true;
    }
    return SLIPMUX_NOTHING;
}

static void frame_byte(struct slipmux_decoder *decoder, uint8_t byte)
{
    if (decoder->escaped) {
        decoder->escaped = false;
        if (byte == SLIP_ESC_END) {
            append(decoder, SLIP_END);
        } else if (byte == SLIP_ESC_ESC) {
            append(decoder, SLIP_ESC);
        } else {
            decoder->overflow = true;
        }
    } else if (byte == SLIP_ESC) {
        decoder->escaped = true;
    } else {
        append(decoder, byte);
    }
}

enum slipmux_event slipmux_decode(struct slipmux_decoder *decoder, uint8_t byte)
{
    if (byte == SLIP_END) {
        return end_byte(decoder);
    }
    switch ((enum state)decoder->state) {
    case BOUNDARY:
        if (byte == SLIPMUX_COAP || byte == SLIPMUX_DIAGNOSTIC) {
            enter(decoder, byte == SLIPMUX_COAP ? COAP : DIAGNOSTIC);
            return SLIPMUX_NOTHING;
        }
        /* fall through */
    case LINE_START:
        enter(decoder, LINE);
        /* fall through */
    case LINE:
        return line_byte(decoder, byte);
    case COAP:
    case DIAGNOSTIC:
        frame_byte(decoder, byte);
        break;
    }
    return SLIPMUX_NOTHING;
}

/* Bytes on their way out, handed on in pieces: an interrupt-driven UART should not be called for each one. */
struct outlet {
    slipmux_put put;
    void *ctx;
    size_t length;
    uint8_t piece[64];
};

static void emit(struct outlet *outlet, uint8_t byte)
{
    outlet->piece[outlet->length++] = byte;
    if (outlet->length == sizeof outlet->piece) {
        outlet->put(outlet->ctx, outlet->piece, outlet->length);
        outlet->length = 0;
    }
}

static void emit_escaped(struct outlet *outlet, struct bytes data)
{
    for (size_t i = 0; i < data.len; i++) {
        uint8_t byte = data.data[i];
        if (byte == SLIP_END || byte == SLIP_ESC) {
            emit(outlet, SLIP_ESC);
            byte = byte == SLIP_END ? SLIP_ESC_END : SLIP_ESC_ESC;
        }
        emit(outlet, byte);
    }
}

void slipmux_encode(uint8_t type, struct bytes payload, slipmux_put put, void *ctx)
{
    struct outlet outlet = {.put = put, .ctx = ctx};

    emit(&outlet, SLIP_END);
    emit(&outlet, type);
    emit_escaped(&outlet, payload);
    if (type == SLIPMUX_COAP) {
        uint16_t fcs = slipmux_fcs16(slipmux_fcs16(0, bytes_of(&type, 1)), payload);
        const uint8_t tail[2] = {(uint8_t)fcs, (uint8_t)(fcs >> 8)};
        emit_escaped(&outlet, bytes_of(tail, sizeof tail));
    }
    emit(&outlet, SLIP_END);
    if (outlet.length > 0) {
        put(ctx, outlet.piece, outlet.length);
    }
}
