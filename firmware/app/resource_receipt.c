/* `receipt` and `identity`: what the device states under its own signature, and the key to check it (app/link.h). */
#include "app/resources.h"
#include "codec/hex.h"
#include "store/identity.h"
#include "update/receipt.h"

static const char nonce_is[] = "nonce=";
#define NONCE_IS_LEN (sizeof nonce_is - 1U)

void resource_identity_get(struct exchange *exchange)
{
    struct json_writer *payload = &exchange->payload;
    enum dr_status status;

    if (!resource_ready(exchange)) {
        return;
    }
    status = identity_spki(&exchange->device->store, (uint8_t *)payload->buffer);
    if (status != DR_OK) {
        resource_refuse_status(exchange, status, NULL);
        return;
    }
    payload->length = IDENTITY_SPKI_SIZE;
}

void resource_receipt_get(struct exchange *exchange)
{
    struct device *device = exchange->device;
    struct json_writer *payload = &exchange->payload;
    struct bytes query = exchange->request->query;
    uint8_t nonce[RECEIPT_MAX_NONCE];
    uint8_t *out = (uint8_t *)payload->buffer;
    size_t nonce_len = sizeof nonce, len = 0;
    enum dr_status status = DR_ERR_MALFORMED;

    if (!resource_ready(exchange)) {
        return;
    }
    if (payload->capacity < RECEIPT_MAX + RECEIPT_CONTENT_MAX) {
        resource_refuse_status(exchange, DR_ERR_NO_SPACE, NULL);
        return;
    }
    if (query.len > NONCE_IS_LEN && memcmp(query.data, nonce_is, NONCE_IS_LEN) == 0) {
        status = hex_decode(bytes_of(query.data + NONCE_IS_LEN, query.len - NONCE_IS_LEN), nonce, &nonce_len);
    }
    if (status != DR_OK) {
        resource_refuse(exchange, COAP_BAD_REQUEST, "nonce", "?nonce= and 2 to 64 hexadecimal digits are wanted");
        return;
    }
    status = receipt_make(&device->store, clock_now(&device->clock), clock_confirmed(&device->clock),
                          bytes_of(nonce, nonce_len), out + RECEIPT_MAX, out, &len);
    if (status != DR_OK) {
        resource_refuse_status(exchange, status, NULL);
        return;
    }
    payload->length = len;
}
