#include "link/coap_client.h"

#include <sys/random.h>

#define ACK_TIMEOUT_MS 2000 /* RFC 7252 4.8 */
#define SHORTEST_TIMEOUT_MS 250
#define LONGEST_TIMEOUT_MS 8000
#define EXCHANGE_MS 60000 /* a device verifying signatures takes seconds */
#define TOKEN_LEN 4U

enum dr_status coap_client_init(struct coap_client *client, struct device_link *line)
{
    uint8_t random[6];

    *client = (struct coap_client){.line = line};
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return DR_ERR_CRYPTO;
    }
    client->next_id = get_be16(random);
    client->next_token = get_be32(random + 2);
    return DR_OK;
}

/* Four times the usual round trip: a lost frame is noticed soon, a slow answer is not asked for twice. */
static int first_timeout(const struct coap_client *client)
{
    int timeout = client->round_trip_ms > 0 ? 4 * client->round_trip_ms : ACK_TIMEOUT_MS;

    return timeout < SHORTEST_TIMEOUT_MS ? SHORTEST_TIMEOUT_MS : timeout > ACK_TIMEOUT_MS ? ACK_TIMEOUT_MS : timeout;
}

static void acknowledge(struct coap_client *client, uint16_t id)
{
    struct coap_message ack = {.type = COAP_ACK, .code = COAP_EMPTY, .id = id};
    uint8_t out[4];
    size_t len = sizeof out;

    if (coap_encode(&ack, out, &len) == DR_OK) {
        (void)device_link_send(client->line, bytes_of(out, len));
    }
}

enum answer { ANSWER_NONE, ANSWER_ACKNOWLEDGED, ANSWER_RESPONSE, ANSWER_RESET };

/* What a message that came in means for the request that is waiting (RFC 7252 4.2, 5.3.2). */
static enum answer classify(struct coap_client *client, const struct coap_message *request,
                            const struct coap_message *message)
{
    bool same_token =
        message->token_len == request->token_len && memcmp(message->token, request->token, request->token_len) == 0;

    if (message->type == COAP_RST) {
        return message->id == request->id ? ANSWER_RESET : ANSWER_NONE;
    }
    if (message->type == COAP_ACK) {
        if (message->id != request->id) {
            return ANSWER_NONE;
        }
        if (message->code == COAP_EMPTY) {
            return ANSWER_ACKNOWLEDGED;
        }
        return same_token ? ANSWER_RESPONSE : ANSWER_NONE;
    }
    if (message->code >> 5 < 2 || !same_token) {
        return ANSWER_NONE;
    }
    if (message->type == COAP_CON) { /* a separate response */
        acknowledge(client, message->id);
    }
    return ANSWER_RESPONSE;
}

/* Waits up to `timeout_ms` for something that concerns the request. */
static enum dr_status await(struct coap_client *client, const struct coap_message *request, int timeout_ms,
                            struct coap_message *response, enum answer *answer)
{
    int64_t until = steady_ms() + timeout_ms;

    *answer = ANSWER_NONE;
    while (*answer == ANSWER_NONE) {
        size_t len = sizeof client->response;
        int64_t left = until - steady_ms();
        enum dr_status status = device_link_receive(client->line, left > 0 ? (int)left : 0, client->response, &len);

        if (status != DR_OK) {
            return status;
        }
        if (coap_decode(bytes_of(client->response, len), response) == DR_OK) {
            *answer = classify(client, request, response);
        }
    }
    return DR_OK;
}

enum dr_status coap_client_exchange(struct coap_client *client, struct coap_message *request,
                                    struct coap_message *response)
{
    int64_t began = steady_ms(), elapsed = 0;
    int timeout = first_timeout(client);
    size_t len = sizeof client->request;
    bool acknowledged = false, sent_once = true;
    enum dr_status status;

    request->type = COAP_CON;
    request->id = client->next_id++;
    request->token_len = TOKEN_LEN;
    put_be32(request->token, client->next_token++);
    status = coap_encode(request, client->request, &len);
    if (status != DR_OK) {
        return status;
    }
    status = device_link_send(client->line, bytes_of(client->request, len));
    while (status == DR_OK) {
        enum answer answer;

        status = await(client, request, acknowledged ? EXCHANGE_MS : timeout, response, &answer);
        elapsed = steady_ms() - began;
        if (status == DR_OK && answer == ANSWER_RESPONSE) {
            if (sent_once && !acknowledged) { /* Karn: a repeated request's answer measures nothing */
                int measured = (int)elapsed + 1;
                client->round_trip_ms =
                    client->round_trip_ms > 0 ? (7 * client->round_trip_ms + measured) / 8 : measured;
            }
            return DR_OK;
        }
        if (status == DR_OK && answer == ANSWER_RESET) {
            return DR_ERR_PROTOCOL;
        }
        if (status == DR_OK) {
            acknowledged = true;
        } else if (status == DR_ERR_TIMEOUT && elapsed < EXCHANGE_MS) {
            timeout = 2 * timeout < LONGEST_TIMEOUT_MS ? 2 * timeout : LONGEST_TIMEOUT_MS;
            sent_once = false;
            client->retransmissions++;
            status = device_link_send(client->line, bytes_of(client->request, len));
        }
    }
    return status;
}

enum dr_status coap_client_get(struct coap_client *client, const char *path, uint8_t *out, size_t *len, uint8_t *code)
{
    struct coap_message request, response;
    size_t got = 0, path_len = strcspn(path, "?");
    bool more = true;

    for (uint32_t number = 0; more; number++) {
        enum dr_status status;

        request =
            (struct coap_message){.code = COAP_GET, .block2 = {.present = number > 0, .number = number, .szx = 6}};
        if (path_len >= sizeof request.path) {
            return DR_ERR_ARGUMENT;
        }
        memcpy(request.path, path, path_len);
        request.path[path_len] = '\0';
        if (path[path_len] == '?') {
            request.query = bytes_of(path + path_len + 1, strlen(path + path_len + 1));
        }
        status = coap_client_exchange(client, &request, &response);
        if (status != DR_OK) {
            return status;
        }
        if (code != NULL) {
            *code = response.code;
        }
        if (response.code != COAP_CONTENT) {
            return DR_ERR_PROTOCOL;
        }
        if (response.payload.len > *len - got) {
            return DR_ERR_TOO_LARGE;
        }
        if (response.payload.len > 0) {
            memcpy(out + got, response.payload.data, response.payload.len);
        }
        got += response.payload.len;
        more = response.block2.present && response.block2.more;
        if (response.block2.present && (response.block2.number != number ||
                                        (more && (response.block2.szx != 6 || response.payload.len != 1024)))) {
            return DR_ERR_PROTOCOL;
        }
    }
    *len = got;
    return DR_OK;
}
