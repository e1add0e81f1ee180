/* docrev device status|inspection, and the table of device's verbs */
#include "docrev/device.h"

#include "link/json_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ANSWER_MAX 65536U

static void print_console(void *ctx, struct bytes text)
{
    char line[512];

    (void)ctx;
    while (text.len > 0 && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r')) {
        text.len--;
    }
    json_printable(text, line, sizeof line);
    fprintf(stderr, "device: %s\n", line);
}

int device_session_open(struct device_session *session, const struct arguments *arguments)
{
    const char *spec = argument(arguments, "--link"), *why = "";
    enum dr_status status;

    if (spec == NULL) {
        return wrong_usage("--link serial:PATH or coap://HOST[:PORT] is needed");
    }
    memset(session, 0, sizeof *session);
    if (argument_flag(arguments, "--verbose")) {
        session->line.text = print_console;
    }
    status = device_link_open(&session->line, spec, &why);
    if (status == DR_ERR_ARGUMENT) {
        return wrong_usage("--link: %s", why);
    }
    if (status != DR_OK) {
        return fail(spec, why);
    }
    status = coap_client_init(&session->client, &session->line);
    return status == DR_OK ? EXIT_DONE : fail_status(spec, status);
}

void device_session_close(struct device_session *session)
{
    device_link_close(&session->line);
}

int device_get(struct device_session *session, const char *path, char *out, size_t capacity, size_t *len)
{
    uint8_t code = 0;
    enum dr_status status;

    *len = capacity - 1;
    status = coap_client_get(&session->client, path, (uint8_t *)out, len, &code);
    if (status == DR_OK) {
        out[*len] = '\0';
        return EXIT_DONE;
    }
    if (status == DR_ERR_PROTOCOL && code != 0) {
        char why[64];
        (void)snprintf(why, sizeof why, "%s: it answered %u.%02u", path, code >> 5, code & 31U);
        return fail("device", why);
    }
    return fail("device", status == DR_ERR_TIMEOUT ? "it does not answer"
                          : status == DR_ERR_IO    ? "the link is broken"
                                                   : "it answers what is no CoAP response");
}

static bool print_member(void *ctx, const char *path, enum json_type type, struct bytes raw)
{
    char name[JSON_MAX_PATH], value[256];

    (void)ctx;
    json_printable(bytes_of(path, strlen(path)), name, sizeof name);
    json_printable(raw, value, sizeof value);
    printf("%-26s %s\n", name, type == JSON_EMPTY ? "none" : value);
    return true;
}

static bool ignore_member(void *ctx, const char *path, enum json_type type, struct bytes raw)
{
    (void)ctx;
    (void)path;
    (void)type;
    (void)raw;
    return true;
}

void device_print(const struct arguments *arguments, struct bytes json)
{
    if (json_walk(json, ignore_member, NULL) != DR_OK) {
        (void)fail("device", "it answers what is no JSON");
    } else if (arguments->json) {
        printf("%.*s\n", (int)json.len, (const char *)json.data);
    } else {
        (void)json_walk(json, print_member, NULL);
    }
}

static int run_status(const struct arguments *arguments)
{
    struct device_session session;
    char *answer = malloc(ANSWER_MAX);
    size_t len = 0;
    int status = answer != NULL ? device_session_open(&session, arguments) : fail("device", "no memory");

    if (status == EXIT_DONE) {
        status = device_get(&session, "status", answer, ANSWER_MAX, &len);
        if (status == EXIT_DONE) {
            device_print(arguments, bytes_of(answer, len));
        }
        if (status == EXIT_DONE && argument_flag(arguments, "--receipts")) {
            status = device_receipt_take(&session, arguments, NULL);
        }
        device_session_close(&session);
    }
    free(answer);
    return status;
}

/* The last inspection, or with --after N the first one that comes after number N. */
static int run_inspection(const struct arguments *arguments)
{
    struct device_session session;
    char *answer = malloc(ANSWER_MAX);
    size_t len = 0;
    uint64_t after = 0, wait = 0, sequence = 0;
    bool want_new = argument_flag(arguments, "--after");
    int64_t until;
    int status;

    if (answer == NULL) {
        return fail("device", "no memory");
    }
    if (!argument_number(arguments, "--after", 0, UINT32_MAX, &after) ||
        !argument_number(arguments, "--wait", 0, 86400, &wait)) {
        free(answer);
        return EXIT_USAGE;
    }
    status = device_session_open(&session, arguments);
    if (status != EXIT_DONE) {
        free(answer);
        return status;
    }
    until = steady_ms() + (int64_t)wait * 1000;
    for (;;) {
        status = device_get(&session, "inspection", answer, ANSWER_MAX, &len);
        if (status != EXIT_DONE || !want_new ||
            (json_find_uint(bytes_of(answer, len), "sequence", &sequence) == DR_OK && sequence > after)) {
            break;
        }
        if (steady_ms() >= until) {
            status = fail("device", "no inspection came in time");
            break;
        }
        (void)usleep(200000);
    }
    if (status == EXIT_DONE) {
        device_print(arguments, bytes_of(answer, len));
    }
    device_session_close(&session);
    free(answer);
    return status;
}

const struct command device_commands[] = {
    {"device", "factory", "-o PAGE.bin [--owner POLICY.drp] [--locked]",
     "makes a device's factory page from random: write it once, keep no copy. --owner: it takes that owner's first "
     "policy\n"
     "      only; --locked: it formats no blank card",
     "-o= --owner= --locked", run_device_factory},
    {"device", "provision", "--link LINK --policy P.drp [--trust T.drt] [--key OWNER.pem] [--receipts DIR]",
     "first policy, time and trust store",
     DEVICE_OPTIONS " --policy= --trust= --key= --patience= --receipts=", run_device_provision},
    {"device", "push", "FILE... --link LINK [--patience SECONDS] [--receipts DIR]",
     "brings signed files to a device; ends with its signed receipt of them",
     DEVICE_OPTIONS " --patience= --receipts=", run_device_push},
    {"device", "status", "--link LINK [--receipts DIR]", "what a device holds; with --receipts signed and filed",
     DEVICE_OPTIONS " --receipts=", run_status},
    {"device", "time", "--link LINK --key OWNER.pem [--at TIME]", "sets a device's clock by a signed statement",
     DEVICE_OPTIONS " --key= --at=", run_device_time},
    {"device", "audit", "--link LINK -o FILE", "fetches a device's log for its oversight",
     DEVICE_OPTIONS " -o=", run_device_audit},
    {"device", "inspection", "--link LINK [--after N [--wait SECONDS]]",
     "the last inspection, or the next after number N", DEVICE_OPTIONS " --after= --wait=", run_inspection},
    {"device", "bridge", "--link serial:PATH [--listen 127.0.0.1:5683]",
     "lets any CoAP client speak to a device on a serial line, over UDP",
     DEVICE_OPTIONS " --listen=", run_device_bridge},
    {0}};
