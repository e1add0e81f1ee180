/* docrev device push|provision|time */
#include "codec/calendar.h"
#include "docrev/device.h"
#include "docrev/progress.h"
#include "link/device_clock.h"
#include "link/push.h"

#include <stdio.h>

#define DEFAULT_PATIENCE 30U

struct push_bar {
    struct progress bar;
    bool begun;
};

static void show_push(void *ctx, uint64_t done, uint64_t total)
{
    struct push_bar *push = ctx;

    if (!push->begun) {
        progress_begin(&push->bar, "pushing", "bytes", done);
        push->begun = true;
    }
    progress_show(&push->bar, done, total);
}

int device_push_file(struct device_session *session, const struct arguments *arguments, const char *path)
{
    struct push_bar bar = {.begun = false};
    struct push_options options = {.progress = show_push, .ctx = &bar};
    struct push_result result;
    uint64_t patience = DEFAULT_PATIENCE;
    enum dr_status status;

    if (!argument_number(arguments, "--patience", 0, 86400, &patience)) {
        return EXIT_USAGE;
    }
    options.patience = (unsigned)patience;
    status = push_file(&session->client, path, &options, &result);
    if (bar.begun) {
        progress_end(&bar.bar);
    }
    if (status != DR_OK) {
        return fail(path, result.why);
    }
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "file", path);
        json_int(out, "number", (int64_t)result.number);
        json_int(out, "bytes", (int64_t)result.size);
        json_int(out, "resumed_at", (int64_t)result.resumed_at);
        json_bool(out, "already", result.already);
        json_int(out, "retransmissions", (int64_t)session->client.retransmissions);
        report_end();
    } else if (result.already) {
        printf("%s: the device has it already\n", path);
    } else {
        printf("%s: number %llu is verified and in force on the device (%llu bytes", path,
               (unsigned long long)result.number, (unsigned long long)result.size);
        if (result.resumed_at > 0) {
            printf(", resumed at %llu", (unsigned long long)result.resumed_at);
        }
        printf(")\n");
    }
    return device_receipt_take(session, arguments, path);
}

int run_device_push(const struct arguments *arguments)
{
    struct device_session session;
    const char *path;
    int status;

    if (argument_count(arguments, "") == 0) {
        return wrong_usage("device push: a file is needed");
    }
    status = device_session_open(&session, arguments);
    if (status != EXIT_DONE) {
        return status;
    }
    for (size_t i = 0; status == EXIT_DONE && (path = argument_nth(arguments, "", i)) != NULL; i++) {
        status = device_push_file(&session, arguments, path);
    }
    device_session_close(&session);
    return status;
}

static int set_clock(struct device_session *session, const struct arguments *arguments, const char *key_path,
                     int64_t now)
{
    struct officer_key *key = NULL;
    const char *why = "";
    char words[256], text[CALENDAR_ISO8601_SIZE];
    enum dr_status status;

    if (officer_key_load(key_path, &key, &why) != DR_OK) {
        return fail(key_path, why);
    }
    status = device_clock_set(&session->client, key, now, words, sizeof words);
    officer_key_free(key);
    if (status != DR_OK) {
        return fail("device time", words);
    }
    calendar_format(now, text);
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "time", text);
        json_bool(out, "confirmed", true);
        report_end();
    } else {
        printf("the device's clock is set to %s\n", text);
    }
    return EXIT_DONE;
}

int run_device_time(const struct arguments *arguments)
{
    struct device_session session;
    const char *key = argument(arguments, "--key");
    int64_t now = time_now();
    int status;

    if (key == NULL) {
        return wrong_usage("device time: --key of an owner's officer is needed");
    }
    if (!argument_time(arguments, "--at", &now)) {
        return EXIT_USAGE;
    }
    status = device_session_open(&session, arguments);
    if (status == EXIT_DONE) {
        status = set_clock(&session, arguments, key, now);
        device_session_close(&session);
    }
    return status;
}

/* The order matters: a policy says whose time counts, and the time whether a trust store is still valid. */
int run_device_provision(const struct arguments *arguments)
{
    struct device_session session;
    const char *policy = argument(arguments, "--policy"), *trust = argument(arguments, "--trust");
    const char *key = argument(arguments, "--key");
    int status;

    if (policy == NULL) {
        return wrong_usage("device provision: --policy is needed");
    }
    status = device_session_open(&session, arguments);
    if (status != EXIT_DONE) {
        return status;
    }
    status = device_push_file(&session, arguments, policy);
    if (status == EXIT_DONE && key != NULL) {
        status = set_clock(&session, arguments, key, time_now());
    }
    if (status == EXIT_DONE && trust != NULL) {
        status = device_push_file(&session, arguments, trust);
    }
    device_session_close(&session);
    return status;
}
