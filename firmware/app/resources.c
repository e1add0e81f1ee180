#include "app/resources.h"

#include "app/status_json.h"
#include "codec/status_text.h"

#define FORMAT_LINK 40U      /* application/link-format (RFC 6690) */
#define LARGEST_BLOCK_SZX 6U /* 1024 octets */

typedef void (*resource_method)(struct exchange *exchange);

static void get_status(struct exchange *exchange)
{
    status_json(exchange->device, &exchange->payload);
}

static void get_inspection(struct exchange *exchange)
{
    inspection_json(exchange->device, &exchange->payload);
}

static void get_core(struct exchange *exchange);

static const struct resource {
    const char *path;
    uint16_t format;
    resource_method get, put;
} resources[] = {
    {".well-known/core", FORMAT_LINK, get_core, NULL},
    {"status", COAP_FORMAT_JSON, get_status, NULL},
    {"update", COAP_FORMAT_JSON, resource_update_get, resource_update_put},
    {"time", COAP_FORMAT_JSON, resource_time_get, resource_time_put},
    {"inspection", COAP_FORMAT_JSON, get_inspection, NULL},
    {"receipt", COAP_FORMAT_OCTETS, resource_receipt_get, NULL},
    {"identity", COAP_FORMAT_OCTETS, resource_identity_get, NULL},
    {"audit", COAP_FORMAT_JSON, resource_audit_get, NULL},
};
#define RESOURCES (sizeof resources / sizeof resources[0])

static void get_core(struct exchange *exchange)
{
    static const char links[] = "</status>;ct=50,</update>;ct=50,</time>;ct=50,</inspection>;ct=50,"
                                "</receipt>;ct=42,</identity>;ct=42,</audit>;ct=\"50 42\"";
    struct json_writer *payload = &exchange->payload;

    if (sizeof links <= payload->capacity) {
        memcpy(payload->buffer, links, sizeof links);
        payload->length = sizeof links - 1;
    }
}

void resource_refuse(struct exchange *exchange, uint8_t code, const char *error, const char *why)
{
    struct json_writer *json = &exchange->payload;

    exchange->code = code;
    exchange->format = COAP_FORMAT_JSON;
    json_begin(json, json->buffer, json->capacity);
    json_object(json, NULL);
    json_text(json, "error", error);
    if (why != NULL) {
        json_text(json, "why", why);
    }
    json_end_object(json);
}

void resource_refuse_status(struct exchange *exchange, enum dr_status status, const char *why)
{
    uint8_t code = COAP_FORBIDDEN;

    switch (status) {
    case DR_ERR_TRUNCATED:
    case DR_ERR_MALFORMED:
    case DR_ERR_UNSUPPORTED:
    case DR_ERR_ARGUMENT:
    case DR_ERR_CORRUPT:
        code = COAP_BAD_REQUEST;
        break;
    case DR_ERR_TOO_LARGE:
    case DR_ERR_NO_SPACE:
        code = COAP_TOO_LARGE;
        break;
    case DR_ERR_IO:
    case DR_ERR_STATE:
        code = COAP_UNAVAILABLE;
        break;
    case DR_ERR_CRYPTO:
        code = COAP_INTERNAL_ERROR;
        break;
    default:
        break;
    }
    resource_refuse(exchange, code, dr_status_text(status), why);
}

bool resource_ready(struct exchange *exchange)
{
    const struct device *device = exchange->device;

    if (device->inspecting) {
        resource_refuse(exchange, COAP_UNAVAILABLE, "inspecting", "a document is on the reader; try again");
    } else if (device->storage == DEVICE_NO_FACTORY_PAGE) {
        resource_refuse(exchange, COAP_UNAVAILABLE, "no factory page", "the device was not provisioned in production");
    } else if (!device->store.mounted) {
        resource_refuse(exchange, COAP_UNAVAILABLE, "no storage", "the card is missing or cannot be read");
    } else {
        return true;
    }
    return false;
}

static const struct resource *find(const char *path)
{
    for (size_t i = 0; i < RESOURCES; i++) {
        if (strcmp(resources[i].path, path) == 0) {
            return &resources[i];
        }
    }
    return NULL;
}

static void run(struct exchange *exchange)
{
    const struct coap_message *request = exchange->request;
    const struct resource *resource = find(request->path);
    resource_method method;

    if (resource == NULL) {
        resource_refuse(exchange, COAP_NOT_FOUND, "no such resource", NULL);
        return;
    }
    method = request->code == COAP_GET ? resource->get : request->code == COAP_PUT ? resource->put : NULL;
    if (method == NULL) {
        resource_refuse(exchange, COAP_METHOD_NOT_ALLOWED, "method not allowed", NULL);
        return;
    }
    if (request->has_accept && request->accept != resource->format) {
        resource_refuse(exchange, COAP_NOT_ACCEPTABLE, "not acceptable", NULL);
        return;
    }
    exchange->code = request->code == COAP_GET ? COAP_CONTENT : COAP_CHANGED;
    exchange->format = resource->format;
    method(exchange);
}

/* Cuts the block that was asked for out of the whole answer, made anew for each block (RFC 7959 2.4). */
static void cut(const struct coap_message *request, struct coap_message *reply, struct bytes whole)
{
    struct coap_block block = {.present = true, .szx = LARGEST_BLOCK_SZX};
    size_t offset, left;

    if (request->block2.present) {
        block.number = request->block2.number;
        block.szx = request->block2.szx;
    } else if (whole.len <= coap_block_size(&block)) {
        reply->payload = whole;
        return;
    }
    offset = coap_block_offset(&block);
    if (offset >= whole.len && block.number > 0) {
        reply->code = COAP_BAD_REQUEST;
        reply->has_format = false;
        return;
    }
    left = whole.len - offset;
    block.more = left > coap_block_size(&block);
    reply->payload = bytes_of(whole.data + offset, block.more ? coap_block_size(&block) : left);
    reply->block2 = block;
}

void link_handle(struct device *device, const struct coap_message *request, struct coap_message *reply,
                 uint8_t *payload, size_t payload_capacity)
{
    struct exchange exchange = {.device = device, .request = request};
    size_t len = 0;

    json_begin(&exchange.payload, (char *)payload, payload_capacity);
    run(&exchange);
    if (json_finish(&exchange.payload, &len) != DR_OK) {
        reply->code = COAP_INTERNAL_ERROR;
        return;
    }
    reply->code = exchange.code;
    reply->block1 = exchange.block1;
    reply->has_format = len > 0;
    reply->format = exchange.format;
    if (exchange.block2.present) {
        reply->block2 = exchange.block2;
        reply->payload = bytes_of(payload, len);
    } else if (len > 0) {
        cut(request, reply, bytes_of(payload, len));
    }
}
