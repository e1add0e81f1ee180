#include "link/push.h"

#include "codec/hex.h"
#include "crypto/hash.h"
#include "link/json_read.h"
#include "trust/renewal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK_SZX 6U /* 1024 octets */
#define MAX_SETBACKS 32U
#define MAX_STANDSTILL 3U

struct push {
    struct coap_client *client;
    const struct push_options *options;
    struct push_result *result;
    struct signed_file *file;
    char cms_sha256[2 * HASH_SHA256_SIZE + 1];
    char root[2 * HASH_SHA256_SIZE + 1];
    uint8_t szx;
    uint64_t offset;
    uint64_t furthest;     /* the most the device ever had */
    unsigned setbacks;     /* blocks not taken since that grew */
    unsigned standstill;   /* the same, in a row */
    int64_t waiting_since; /* 0: not waiting */
    uint8_t *answer;       /* COAP_CLIENT_MAX_ANSWER octets */
};

static void say(struct push *push, const char *why)
{
    (void)snprintf(push->result->why, sizeof push->result->why, "%s", why);
}

void describe_refusal(const struct coap_message *response, char *out, size_t capacity)
{
    char error[96], why[128];

    (void)json_find_text(response->payload, "error", error, sizeof error);
    (void)json_find_text(response->payload, "why", why, sizeof why);
    if (error[0] == '\0') {
        (void)snprintf(out, capacity, "the device answered %u.%02u", response->code >> 5, response->code & 31U);
    } else {
        (void)snprintf(out, capacity, "%s%s%s", error, why[0] != '\0' ? ": " : "", why);
    }
}

static enum dr_status get(struct push *push, const char *path, struct bytes *json)
{
    size_t len = COAP_CLIENT_MAX_ANSWER;
    enum dr_status status = coap_client_get(push->client, path, push->answer, &len, NULL);

    *json = bytes_of(push->answer, len);
    return status;
}

static bool text_is(struct bytes json, const char *path, const char *expected)
{
    char text[128];

    return json_find_text(json, path, text, sizeof text) == DR_OK && strcmp(text, expected) == 0;
}

/* Does the device hold this very object as its current one? */
static enum dr_status ask_if_current(struct push *push, bool *current)
{
    struct bytes json;
    enum dr_status status = get(push, "status", &json);
    uint64_t number;

    *current = false;
    if (status != DR_OK || push->file->type != OID_DOCREV_EDITION) {
        return status;
    }
    for (unsigned i = 0; i < 8 && !*current; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "lists[%u].id", i);
        if (!text_is(json, path, push->file->manifest.list_id)) {
            continue;
        }
        (void)snprintf(path, sizeof path, "lists[%u].root", i);
        *current = text_is(json, path, push->root);
        (void)snprintf(path, sizeof path, "lists[%u].number", i);
        *current = *current && json_find_uint(json, path, &number) == DR_OK && number == push->file->manifest.number;
    }
    return DR_OK;
}

/* Where to go on: where the device stands, if what it is receiving is this file. */
static enum dr_status ask_offset(struct push *push)
{
    struct bytes json;
    uint64_t offset = 0, size = 0;
    enum dr_status status = get(push, "update", &json);

    if (status != DR_OK) {
        return status;
    }
    push->offset = 0;
    if (text_is(json, "cms_sha256", push->cms_sha256) && json_find_uint(json, "offset", &offset) == DR_OK &&
        json_find_uint(json, "size", &size) == DR_OK && size == push->result->size && offset < size) {
        push->offset = offset;
    }
    return DR_OK;
}

/* True while waiting makes sense. Sleeps a little. */
static bool wait_a_little(struct push *push)
{
    int64_t now = steady_ms();

    if (push->waiting_since == 0) {
        push->waiting_since = now;
    }
    if (now - push->waiting_since >= (int64_t)push->options->patience * 1000) {
        return false;
    }
    (void)usleep(500000);
    return true;
}

/* The line broke: opens it again until patience ends, then asks where the device stands. *done: it has the object already. */
static enum dr_status recover(struct push *push, enum dr_status broken, bool *done)
{
    const char *why;
    enum dr_status status = broken;

    while (status == DR_ERR_IO || status == DR_ERR_TIMEOUT) {
        say(push, status == DR_ERR_IO ? "the link is broken" : "the device does not answer");
        if (!wait_a_little(push)) {
            return status;
        }
        status = device_link_reopen(push->client->line, &why);
        if (status == DR_OK) {
            status = ask_if_current(push, done);
        }
        if (status == DR_OK && !*done) {
            status = ask_offset(push);
        }
    }
    return status;
}

/* Sends the block that holds `offset`. */
static enum dr_status send_block(struct push *push, struct coap_message *response, size_t *sent)
{
    uint8_t block[1024];
    size_t size = (size_t)16 << push->szx;
    uint64_t number = push->offset / size, at = number * size;
    struct coap_message request = {
        .code = COAP_PUT, .path = "update", .has_format = true, .format = COAP_FORMAT_OCTETS};

    *sent = (size_t)(push->result->size - at < size ? push->result->size - at : size);
    if (number > 0xFFFFF) {
        say(push, "the file is longer than block-wise transfer can number");
        return DR_ERR_TOO_LARGE;
    }
    if (fseeko(push->file->file, (off_t)at, SEEK_SET) != 0 || fread(block, 1, *sent, push->file->file) != *sent) {
        say(push, "the file cannot be read");
        return DR_ERR_CORRUPT;
    }
    request.block1 = (struct coap_block){
        .present = true, .number = (uint32_t)number, .more = at + *sent < push->result->size, .szx = push->szx};
    request.has_size1 = at == 0;
    request.size1 = (uint32_t)push->result->size;
    request.payload = bytes_of(block, *sent);
    push->offset = at;
    return coap_client_exchange(push->client, &request, response);
}

/* The device's last word must be about this object. */
static enum dr_status check_confirmation(struct push *push, const struct coap_message *response)
{
    uint64_t number = 0;
    bool right = json_find_uint(response->payload, "number", &number) == DR_OK;

    if (push->file->has_manifest) {
        right = right && number == push->file->manifest.number && text_is(response->payload, "root", push->root) &&
                text_is(response->payload, "id", push->file->manifest.list_id);
    } else {
        right = right && number == push->result->number;
    }
    if (!right) {
        say(push, "the device confirmed another object than the one sent");
        return DR_ERR_PROTOCOL;
    }
    return DR_OK;
}

/* One answer of the device. DR_OK: go on at push->offset, or *done. */
static enum dr_status take_answer(struct push *push, const struct coap_message *response, size_t sent, bool *done)
{
    uint64_t offset;

    if (response->code == COAP_CONTINUE && push->offset + sent < push->result->size) {
        if (response->block1.present && response->block1.szx < push->szx && push->offset == 0) {
            push->szx = response->block1.szx; /* RFC 7959 2.5: it wants smaller ones; what it took is one of them */
            sent = (size_t)16 << push->szx;
        }
        push->offset += sent;
        push->waiting_since = 0;
        push->standstill = 0;
        if (push->offset > push->furthest) {
            push->furthest = push->offset;
            push->setbacks = 0;
        }
        return DR_OK;
    }
    if (response->code == COAP_CHANGED && push->offset + sent == push->result->size) {
        *done = true;
        return check_confirmation(push, response);
    }
    push->standstill++;
    push->setbacks++;
    describe_refusal(response, push->result->why, sizeof push->result->why);
    if (response->code == COAP_INCOMPLETE && json_find_uint(response->payload, "offset", &offset) == DR_OK) {
        push->offset = offset < push->result->size ? offset : 0;
        return DR_OK;
    }
    if (response->code == COAP_UNAVAILABLE) {
        return wait_a_little(push) ? ask_offset(push) : DR_ERR_UNTRUSTED;
    }
    if (response->code ==
        COAP_BAD_REQUEST) { /* perhaps a block damaged on the way: then the device still waits for it */
        enum dr_status status = ask_offset(push);
        return status == DR_OK && push->offset == 0 ? DR_ERR_UNTRUSTED : status;
    }
    return DR_ERR_UNTRUSTED;
}

/* Bounds what a device can make us do that answers but never gets on. One that does not take a block from where it says it
 * stands gets the whole file anew. */
static bool gets_on(struct push *push)
{
    if (push->standstill == MAX_STANDSTILL) {
        push->offset = 0;
    }
    return push->setbacks <= MAX_SETBACKS;
}

static enum dr_status run(struct push *push)
{
    bool done = false;
    enum dr_status status = ask_if_current(push, &done);

    push->result->already = done;
    if (status == DR_OK && !done) {
        status = ask_offset(push);
        push->result->resumed_at = push->furthest = push->offset;
    }
    if (status == DR_ERR_IO || status == DR_ERR_TIMEOUT) {
        status = recover(push, status, &done);
    }
    while (status == DR_OK && !done) {
        struct coap_message response;
        size_t sent;

        if (push->options->progress != NULL) {
            push->options->progress(push->options->ctx, push->offset, push->result->size);
        }
        status = send_block(push, &response, &sent);
        if (status == DR_OK) {
            status = take_answer(push, &response, sent, &done);
        }
        if (status == DR_ERR_IO || status == DR_ERR_TIMEOUT) {
            status = recover(push, status, &done);
        }
        if (status == DR_OK && !done && !gets_on(push)) {
            status = DR_ERR_PROTOCOL;
        }
    }
    if (status == DR_OK && push->options->progress != NULL) {
        push->options->progress(push->options->ctx, push->result->size, push->result->size);
    }
    return status;
}

enum dr_status push_file(struct coap_client *client, const char *path, const struct push_options *options,
                         struct push_result *result)
{
    struct signed_file file;
    struct push push = {.client = client, .options = options, .result = result, .file = &file, .szx = BLOCK_SZX};
    uint8_t digest[HASH_SHA256_SIZE];
    struct policy policy;
    struct renewal renewal;
    enum dr_status status;

    *result = (struct push_result){0};
    status = signed_file_open(&file, path);
    if (status != DR_OK) {
        say(&push, file.why);
        return status;
    }
    result->size = file.body_offset + (file.has_manifest ? file.manifest.body_length : 0);
    result->number = file.manifest.number;
    if (file.type == OID_DOCREV_POLICY) {
        status = policy_read(file.cms.content, &policy);
        result->number = policy.number;
    } else if (file.type == OID_DOCREV_RENEWAL) {
        status = renewal_read(file.cms.content, &renewal);
        result->number = renewal.number;
    }
    if (status == DR_OK) {
        status = hash_compute(HASH_SHA256, file.cms.whole, digest);
    }
    push.answer = malloc(COAP_CLIENT_MAX_ANSWER);
    if (status != DR_OK || push.answer == NULL) {
        say(&push, "it cannot be read");
        goto out;
    }
    hex_encode(bytes_of(digest, sizeof digest), push.cms_sha256);
    hex_encode(bytes_of(file.manifest.root, sizeof file.manifest.root), push.root);
    status = run(&push);
    if (status != DR_OK && result->why[0] == '\0') {
        say(&push, status == DR_ERR_TIMEOUT ? "the device does not answer" : "the link is broken");
    }
out:
    free(push.answer);
    signed_file_close(&file);
    return status;
}
