/* CoAP client (RFC 7252): one request at a time, retransmitted until it is answered; block-wise GET (RFC 7959). */
#ifndef DOCREV_LINK_COAP_CLIENT_H
#define DOCREV_LINK_COAP_CLIENT_H

#include "codec/coap.h"
#include "link/device_link.h"

#define COAP_CLIENT_MAX_ANSWER 65536U

struct coap_client {
    struct device_link *line;
    uint16_t next_id;
    uint32_t next_token;
    int round_trip_ms; /* smoothed */
    uint64_t retransmissions;
    uint8_t request[DEVICE_LINK_MAX_MESSAGE], response[DEVICE_LINK_MAX_MESSAGE];
};

/* Message ids and tokens begin at random, so that a device never takes a new client's requests for an old one's. */
enum dr_status coap_client_init(struct coap_client *client, struct device_link *line);

/*
 * Sends `request` (type, id and token are filled in) and waits for its answer, at most about a minute; `response` has views
 * into the client until the next call. DR_ERR_TIMEOUT; DR_ERR_IO: the line is broken; DR_ERR_PROTOCOL: reset by the device.
 */
enum dr_status coap_client_exchange(struct coap_client *client, struct coap_message *request,
                                    struct coap_message *response);

/* GET of a whole answer, put together from its blocks; `path` may end in ?QUERY. *len: capacity in, octets out. DR_ERR_PROTOCOL: no 2.05, and
 * *code (may be NULL) says which. */
enum dr_status coap_client_get(struct coap_client *client, const char *path, uint8_t *out, size_t *len, uint8_t *code);

#endif
