/* What the resources of app/link.h share: an answer in the making. Internal to app/. */
#ifndef DOCREV_APP_RESOURCES_H
#define DOCREV_APP_RESOURCES_H

#include "app/device.h"
#include "codec/json_write.h"

struct exchange {
    struct device *device;
    const struct coap_message *request;
    uint8_t code; /* of the answer */
    uint16_t format;
    struct coap_block block1;   /* of the answer */
    struct coap_block block2;   /* present: the payload is this block already */
    struct json_writer payload; /* JSON, or text of `format` */
};

/* {"error":words,"why":words}; `why` may be NULL. */
void resource_refuse(struct exchange *exchange, uint8_t code, const char *error, const char *why);
/* The same for a status, with the code that goes with it. */
void resource_refuse_status(struct exchange *exchange, enum dr_status status, const char *why);

/* False, and refused, while the device cannot take anything: no storage, not provisioned, inspecting. */
bool resource_ready(struct exchange *exchange);

void resource_update_get(struct exchange *exchange);
void resource_update_put(struct exchange *exchange);
void resource_time_get(struct exchange *exchange);
void resource_time_put(struct exchange *exchange);
void resource_receipt_get(struct exchange *exchange);
void resource_identity_get(struct exchange *exchange);
void resource_audit_get(struct exchange *exchange);

#endif
