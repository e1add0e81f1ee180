#include "link/device_clock.h"

#include "codec/hex.h"
#include "link/json_read.h"
#include "link/push.h"
#include "signing/cms_sign.h"
#include "update/clock.h"

#include <stdio.h>

#define ANSWER_MAX 4096U
#define STATEMENT_MAX 1024U /* one block: the device takes no more */

/* A member of a JSON answer that is hexadecimal text of exactly `len` octets. */
static enum dr_status get_hex(struct coap_client *client, const char *path, const char *member, uint8_t *out,
                              size_t len)
{
    uint8_t answer[ANSWER_MAX];
    size_t answer_len = sizeof answer, got = len;
    enum json_type type;
    struct bytes raw;
    enum dr_status status = coap_client_get(client, path, answer, &answer_len, NULL);

    if (status == DR_OK) {
        status = json_find(bytes_of(answer, answer_len), member, &type, &raw);
    }
    if (status == DR_OK && (type != JSON_STRING || hex_decode(raw, out, &got) != DR_OK || got != len)) {
        status = DR_ERR_PROTOCOL;
    }
    return status;
}

static enum dr_status sign_statement(const struct time_statement *statement, const struct officer_key *key,
                                     struct cms_buffer *out, const char **why)
{
    uint8_t der[128];
    struct der_writer writer;
    size_t len = 0;
    struct cms_buffer bare = {0};
    struct cms cms;
    enum dr_status status;

    der_write_begin(&writer, der, sizeof der);
    status = time_statement_write(statement, &writer);
    if (status == DR_OK) {
        status = der_write_finish(&writer, &len);
    }
    if (status == DR_OK) {
        status = cms_create(OID_DOCREV_TIME, bytes_of(der, len), &bare);
    }
    if (status == DR_OK) {
        status = cms_read(bytes_of(bare.data, bare.len), &cms);
    }
    if (status == DR_OK) {
        status = cms_add_signature(&cms, key, STATEMENT_MAX, out, why);
    }
    cms_buffer_free(&bare);
    return status;
}

enum dr_status device_clock_set(struct coap_client *client, const struct officer_key *key, int64_t now, char *why,
                                size_t why_size)
{
    struct time_statement statement = {.time = now};
    struct cms_buffer cms = {0};
    struct coap_message request = {.code = COAP_PUT, .path = "time", .has_format = true, .format = COAP_FORMAT_OCTETS};
    struct coap_message response;
    const char *reason = "the device does not answer";
    enum dr_status status = get_hex(client, "status", "device", statement.device_id, sizeof statement.device_id);

    if (status == DR_OK) {
        reason = "the device has no nonce to bind a time to (is its storage there?)";
        status = get_hex(client, "time", "nonce", statement.nonce, sizeof statement.nonce);
    }
    if (status == DR_OK) {
        status = sign_statement(&statement, key, &cms, &reason);
    }
    if (status == DR_OK) {
        reason = "the device does not answer";
        request.payload = bytes_of(cms.data, cms.len);
        status = coap_client_exchange(client, &request, &response);
    }
    if (status != DR_OK) {
        (void)snprintf(why, why_size, "%s", reason);
    } else if (response.code != COAP_CHANGED) {
        describe_refusal(&response, why, why_size);
        status = DR_ERR_UNTRUSTED;
    }
    cms_buffer_free(&cms);
    return status;
}
