/* The device's end of the host link: CoAP resources (RFC 7252, 7959) over slipmux frames or, where a board has it, UDP. */
#ifndef DOCREV_APP_LINK_H
#define DOCREV_APP_LINK_H

#include "codec/coap.h"
#include "codec/slipmux.h"
#include "port/stream.h"

/*
 * Resources. JSON answers longer than a block use Block2 (1024 bytes at most a block).
 *
 *   GET  status      {"device":hex8,"version":text,"board":text,"key":hex32|null,"provisioned":bool,"time":{"now":iso,"confirmed":bool,
 *                     "by_officer":bool,"officer_dates":n},   (officer_dates: how often an officer vouched for the date)
 *                     "policy":{"number":n,"owner":text,"next_update":iso}|null,
 *                     "trust":{"number":n,"anchors":n,"next_update":iso}|null,
 *                     "lists":[{"id":text,"number":n,"entries":n,"this_update":iso,"next_update":iso,"state":
 *                               "fresh"|"aging"|"stale"|"unknown","root":hex32}],
 *                     "storage":{"present":bool,"sectors":n},
 *                     "counters":{"no_record":n,"advisory":n,"refer":n,"cannot_verify":n},
 *                     "audit":{"on":bool,"size":n,"lost":n},
 *                     "memory":{"mbedtls":[used,size],"libnfc":[used,size],"stack":[used,size]}}
 *   GET  update      {"state":"idle"} or {"state":"receiving","object":"policy"|"trust"|"list","id":text,"number":n,
 *                     "cms_sha256":hex32,"offset":n,"size":n}: bytes accepted so far of the file being pushed, its size.
 *                     While the CMS is still incomplete only "state" and "offset" are given.
 *   PUT  update      One signed file (*.drp, *.drt, *.drl), Block1. Offset 0 starts anew; any other block must hold the
 *                     offset that GET update states (4.08 with {"offset":n} otherwise); octets before it are passed over.
 *                     2.31 while more is wanted. The last block answers 2.04 with {"object":..,"id":..,"number":n,
 *                     "root":hex32} once the object is verified, durable and current. Refusals: 4.03 with {"error":words,
 *                     "why":words} (signature, threshold, rollback, expiry, unknown list), 4.00 (malformed), 4.13 (too
 *                     large), 5.03 with {"error":..} (no card, not provisioned, inspecting).
 *   GET  time        {"now":iso,"confirmed":bool,"nonce":hex16}; each GET draws a new nonce.
 *   PUT  time        CMS SignedData over update/clock.h's TimeStatement; 2.04 {"now":iso,"confirmed":true} or 4.03.
 *   GET  inspection  The last inspection: {"sequence":n,"verdict":text,"reasons":[words],"date_by_officer":bool,
 *                     "checks":{..},"hits":[{"list":..,"edition":n,
 *                     "reason":..,"basis":..,"action":..,"text":..,"contact":..}],"apdus":n,"bytes_sent":n,"bytes_received":n,
 *                     "milliseconds":n}; {"sequence":0} before the first. No personal data. Sequence counts since start.
 *   GET  receipt?nonce=HEX   CMS SignedData over update/receipt.h's Receipt, with the host's nonce of 1 to 32 octets, signed by the
 *                     device's key; one block.
 *   GET  identity    That key, as SubjectPublicKeyInfo; "key" in status is its SHA-256.
 *   GET  audit       {"on":bool,"size":n,"first":n,"lost":n,"head":hex32,"segment":n,"oversight":hex32,"wrapped":hex113}
 *                     (store/audit.h): records first..size-1 are kept; those from `segment` on open with the wrapped key.
 *   GET  audit?from=N   Those records from N on, 512 octets each, sealed as they are, Block2. One that is damaged comes as zeros.
 */
struct device;

#define LINK_MAX_MESSAGE 1152U /* a 1024-byte block with its header and options */
#define LINK_MAX_PAYLOAD 2560U /* the longest JSON answer, before it is cut into blocks */

/*
 * Answers one decoded request into `reply`, whose type, id and token are the caller's; its payload is built in `payload` and
 * points there. Duplicate detection is link_receive's, so that UDP and serial links share this.
 */
void link_handle(struct device *device, const struct coap_message *request, struct coap_message *reply,
                 uint8_t *payload, size_t payload_capacity);

/* One serial link: frames in and out, the last answer kept for retransmitted requests (RFC 7252 4.5). */
struct link {
    const struct port_stream *stream;
    struct slipmux_decoder decoder;
    uint8_t frame[LINK_MAX_MESSAGE];
    uint8_t answer[LINK_MAX_MESSAGE];
    size_t answer_len;
    uint16_t answer_id;
    uint16_t answer_fcs; /* of the request: another client may happen to use the same message id */
    bool has_answer;
    uint16_t next_id;                  /* of messages that begin here */
    uint8_t payload[LINK_MAX_PAYLOAD]; /* of the answer being made, or a long console line */
};

void link_init(struct link *link, const struct port_stream *stream);
/*
 * One datagram: what is to be sent back, empty for nothing; it points into the link. Retransmissions get the kept answer,
 * what is no request is reset (RFC 7252 4.2, 4.3).
 */
struct bytes link_receive(struct device *device, struct link *link, struct bytes datagram);
/* Takes what has arrived: requests are answered, lines typed on a plain terminal go to the console. Bounded work a call. */
void link_poll(struct device *device, struct link *link);
/* Diagnostic text as a slipmux frame that a plain terminal shows as a line; adds the line's end. Cut at LINK_MAX_LINE. */
#define LINK_MAX_LINE 96U
void link_print(struct link *link, const char *text);
/* The same for a longer line made in link->payload: `len` < LINK_MAX_PAYLOAD characters. Not while an answer is made there. */
void link_print_payload(struct link *link, size_t len);

#endif
