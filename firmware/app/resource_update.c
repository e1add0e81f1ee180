/* `update`: signed files pushed block by block (app/link.h). */
#include "app/resources.h"

static const char *object_name(enum store_object object)
{
    return object == STORE_POLICY ? "policy" : object == STORE_TRUST ? "trust" : "list";
}

void resource_update_get(struct exchange *exchange)
{
    const struct update *update = &exchange->device->update;
    struct json_writer *json = &exchange->payload;

    json_object(json, NULL);
    json_text(json, "state", update->phase == UPDATE_IDLE ? "idle" : "receiving");
    if (update->phase == UPDATE_BODY) {
        json_text(json, "object", object_name(update->object));
        json_text(json, "id", update->manifest.list_id);
        json_int(json, "number", (int64_t)update->manifest.number);
        json_hex(json, "cms_sha256", bytes_of(update->cms_sha256, sizeof update->cms_sha256));
        json_int(json, "offset", update->offset);
        json_int(json, "size", update->size);
    } else if (update->phase == UPDATE_CMS) {
        json_int(json, "offset", update->offset);
    }
    json_end_object(json);
}

static void answer_offset(struct exchange *exchange)
{
    const struct update *update = &exchange->device->update;
    struct json_writer *json = &exchange->payload;

    exchange->code = COAP_INCOMPLETE;
    json_object(json, NULL);
    json_int(json, "offset", update->phase == UPDATE_IDLE ? 0 : update->offset);
    json_end_object(json);
}

static void answer_current(struct exchange *exchange, enum store_object object)
{
    const struct store_entry *entry = &exchange->device->store.state.objects[object];
    struct json_writer *json = &exchange->payload;

    json_object(json, NULL);
    json_text(json, "object", object_name(object));
    json_text(json, "id", entry->manifest.list_id);
    json_int(json, "number", (int64_t)entry->manifest.number);
    json_hex(json, "root", bytes_of(entry->manifest.root, sizeof entry->manifest.root));
    json_end_object(json);
}

/* A block but the last is full, or offsets would not add up (RFC 7959 2.2). */
static bool block_right(const struct coap_message *request)
{
    return !request->block1.present || !request->block1.more ||
           request->payload.len == coap_block_size(&request->block1);
}

/*
 * Octets at the start of the block that the device holds already: where it stands need not be a multiple of the block size
 * after update_suspend or a damaged block. All of them when the block is not the one that is due.
 */
static uint32_t octets_held(const struct exchange *exchange, uint32_t offset)
{
    const struct update *update = &exchange->device->update;
    uint32_t len = (uint32_t)exchange->request->payload.len;

    if (update->phase == UPDATE_IDLE || offset > update->offset || update->offset - offset > len) {
        return len;
    }
    return update->offset - offset;
}

void resource_update_put(struct exchange *exchange)
{
    const struct coap_message *request = exchange->request;
    struct device *device = exchange->device;
    uint32_t offset = request->block1.present ? coap_block_offset(&request->block1) : 0;
    bool last = !request->block1.present || !request->block1.more;
    uint32_t held = 0;
    enum dr_status status;

    exchange->block1 = request->block1;
    if (!resource_ready(exchange)) {
        return;
    }
    if (request->payload.len == 0 || !block_right(request)) {
        resource_refuse(exchange, COAP_BAD_REQUEST, "block of a wrong size", NULL);
        return;
    }
    if (offset != 0 && (held = octets_held(exchange, offset)) == request->payload.len) {
        answer_offset(exchange);
        return;
    }
    status = update_take(&device->update, &device->work.update, offset + held,
                         bytes_of(request->payload.data + held, request->payload.len - held), last);
    if (status != DR_OK) {
        if (status != DR_ERR_STATE) {
            audit_log_refusal(device, status);
        }
        resource_refuse_status(exchange, status, device->update.why);
        return;
    }
    if (!last) {
        exchange->code = COAP_CONTINUE;
        return;
    }
    answer_current(exchange, device->update.object);
    device_object_changed(device, device->update.object);
    audit_log_update(device, device->update.object);
}
