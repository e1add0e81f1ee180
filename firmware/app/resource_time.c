/* `time`: the clock and its setting by a signed statement (app/link.h, update/clock.h). */
#include "app/resources.h"

static void write_clock(struct exchange *exchange, const uint8_t *nonce)
{
    struct clock *clock = &exchange->device->clock;
    struct json_writer *json = &exchange->payload;

    json_object(json, NULL);
    json_time(json, "now", clock_now(clock));
    json_bool(json, "confirmed", clock_confirmed(clock));
    if (nonce != NULL) {
        json_hex(json, "nonce", bytes_of(nonce, CLOCK_NONCE_SIZE));
    }
    json_end_object(json);
}

void resource_time_get(struct exchange *exchange)
{
    uint8_t nonce[CLOCK_NONCE_SIZE];

    if (clock_draw_nonce(&exchange->device->clock, nonce) != DR_OK) {
        write_clock(exchange, NULL); /* nothing random yet: no storage */
        return;
    }
    write_clock(exchange, nonce);
}

void resource_time_put(struct exchange *exchange)
{
    const struct coap_message *request = exchange->request;
    struct device *device = exchange->device;
    struct policy policy;
    int64_t before = clock_now(&device->clock);
    enum dr_status status;

    exchange->block1 = request->block1;
    if (!resource_ready(exchange)) {
        return;
    }
    if (request->block1.present && (request->block1.more || request->block1.number > 0)) {
        resource_refuse(exchange, COAP_TOO_LARGE, "too large", "a time statement fits one block of 1024 octets");
        return;
    }
    update_suspend(&device->update);
    status = update_load_policy(&device->store, &device->work.update, &policy);
    if (status == DR_ERR_NOT_FOUND) {
        resource_refuse(exchange, COAP_UNAVAILABLE, "not provisioned", "there is no policy yet");
        return;
    }
    if (status == DR_OK) {
        status = clock_set(&device->clock, &policy, request->payload);
    }
    if (status != DR_OK) {
        audit_log_refusal(device, status);
    }
    if (status == DR_ERR_STATE) {
        resource_refuse(exchange, COAP_FORBIDDEN, "nonce", "the statement does not bear the nonce last drawn");
        return;
    }
    if (status != DR_OK) {
        resource_refuse_status(exchange, status, NULL);
        return;
    }
    audit_log_time(device, before, false);
    write_clock(exchange, NULL);
    device_time_confirmed(device);
}
