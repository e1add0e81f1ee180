/* CoAP messages (RFC 7252 3) with the options of block-wise transfer (RFC 7959). Pure codec, both ends use it. */
#ifndef DOCREV_CODEC_COAP_H
#define DOCREV_CODEC_COAP_H

#include "codec/bytes.h"
#include "port/status.h"

enum coap_type { COAP_CON = 0, COAP_NON = 1, COAP_ACK = 2, COAP_RST = 3 };

#define COAP_CODE(c, d) ((uint8_t)(((c) << 5) | (d)))
#define COAP_EMPTY COAP_CODE(0, 0)
#define COAP_GET COAP_CODE(0, 1)
#define COAP_POST COAP_CODE(0, 2)
#define COAP_PUT COAP_CODE(0, 3)
#define COAP_DELETE COAP_CODE(0, 4)
#define COAP_CREATED COAP_CODE(2, 1)
#define COAP_CHANGED COAP_CODE(2, 4)
#define COAP_CONTENT COAP_CODE(2, 5)
#define COAP_CONTINUE COAP_CODE(2, 31)
#define COAP_BAD_REQUEST COAP_CODE(4, 0)
#define COAP_UNAUTHORIZED COAP_CODE(4, 1)
#define COAP_BAD_OPTION COAP_CODE(4, 2)
#define COAP_FORBIDDEN COAP_CODE(4, 3)
#define COAP_NOT_FOUND COAP_CODE(4, 4)
#define COAP_METHOD_NOT_ALLOWED COAP_CODE(4, 5)
#define COAP_NOT_ACCEPTABLE COAP_CODE(4, 6)
#define COAP_INCOMPLETE COAP_CODE(4, 8)
#define COAP_CONFLICT COAP_CODE(4, 9)
#define COAP_TOO_LARGE COAP_CODE(4, 13)
#define COAP_INTERNAL_ERROR COAP_CODE(5, 0)
#define COAP_UNAVAILABLE COAP_CODE(5, 3)

#define COAP_FORMAT_TEXT 0U
#define COAP_FORMAT_OCTETS 42U
#define COAP_FORMAT_JSON 50U

#define COAP_MAX_PATH 64U

/* A Block1 or Block2 option (RFC 7959 2.2). Offset in bytes = number << (szx + 4). szx 7 is refused. */
struct coap_block {
    bool present;
    uint32_t number; /* 0..2^20-1 */
    bool more;
    uint8_t szx; /* 0..6: 16..1024 bytes */
};

/* A message, decoded or to be encoded. Views point into the received bytes. */
struct coap_message {
    enum coap_type type;
    uint8_t code;
    uint16_t id;
    uint8_t token_len; /* 0..8 */
    uint8_t token[8];
    char path[COAP_MAX_PATH]; /* Uri-Path segments joined by '/', no leading slash; "" for none; "//" for one
                                  that does not fit or has a slash inside a segment, so that it names no resource */
    struct bytes query;       /* first Uri-Query, empty when absent */
    bool has_format;
    uint16_t format; /* Content-Format */
    bool has_accept;
    uint16_t accept; /* Accept: answer 4.06 when it names another format than the resource has (RFC 7252 5.10.4) */
    struct coap_block block1, block2;
    bool has_size1;
    uint32_t size1;
    bool unknown_critical; /* an option we must understand but do not (RFC 7252 5.4.1): answer 4.02 */
    struct bytes payload;
};

/*
 * DR_ERR_TRUNCATED, DR_ERR_MALFORMED (message format error, or a block size of 7: RFC 7959 2.2 wants 4.00 for it),
 * DR_ERR_UNSUPPORTED (version not 1: to be ignored, RFC 7252 3). Also then type, code, id and token hold what could be read.
 */
enum dr_status coap_decode(struct bytes datagram, struct coap_message *message);
/* *len: capacity in, octets out. DR_ERR_NO_SPACE. */
enum dr_status coap_encode(const struct coap_message *message, uint8_t *out, size_t *len);

static inline uint32_t coap_block_offset(const struct coap_block *block)
{
    return block->number << (block->szx + 4U);
}

static inline uint32_t coap_block_size(const struct coap_block *block)
{
    return 16U << block->szx;
}

#endif
