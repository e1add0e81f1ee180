/* Brings a signed file to a device: block by block, going on where the device stands, until it has confirmed it. */
#ifndef DOCREV_LINK_PUSH_H
#define DOCREV_LINK_PUSH_H

#include "link/coap_client.h"
#include "signing/signed_file.h"

typedef void (*push_progress)(void *ctx, uint64_t done, uint64_t total);

struct push_options {
    unsigned patience; /* seconds to wait for a broken link or a busy device before giving up */
    push_progress progress;
    void *ctx;
};

struct push_result {
    uint64_t size;
    uint64_t resumed_at; /* octets the device had already when this push began */
    bool already;        /* the device had the object: nothing was sent */
    uint64_t number;
    char why[256]; /* after a failure, in English; the device's own words where it gave some */
};

/*
 * DR_OK only when the device said that the object is verified, durable and current, with the number and root of this file.
 * Otherwise what was in force still is: DR_ERR_IO and DR_ERR_TIMEOUT (link), DR_ERR_UNTRUSTED (refused by the device),
 * DR_ERR_PROTOCOL, or a status of signed_file_open.
 */
enum dr_status push_file(struct coap_client *client, const char *path, const struct push_options *options,
                         struct push_result *result);

/* "error: why" of a refusal's JSON, or its CoAP code, into `out`. */
void describe_refusal(const struct coap_message *response, char *out, size_t capacity);

#endif
