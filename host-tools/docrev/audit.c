/* docrev audit verify */
#include "codec/calendar.h"
#include "codec/hex.h"
#include "codec/status_text.h"
#include "docrev/command.h"
#include "inspection/verdict.h"
#include "link/audit_export.h"
#include "revlist/document.h"
#include "signing/atomic_file.h"
#include "signing/officer_key.h"
#include "store/audit_detail.h"

#include <stdio.h>
#include <stdlib.h>

#define EXPORT_MAX (64U << 20)
#define STATISTICS_MAX 512U

/* One line of the statistics: how often something was recorded. */
struct statistic {
    char list[MANIFEST_MAX_LIST_ID + 1], state[AUDIT_MAX_STATE + 1];
    const char *said, *reason;
    uint64_t count;
};

struct audit_run {
    const struct arguments *arguments;
    const struct audit_export *export;
    uint8_t (*digests)[HASH_SHA256_SIZE]; /* of the records, from export->first on; zeros: damaged */
    struct statistic statistics[STATISTICS_MAX];
    size_t statistic_count;
    uint64_t kinds[AUDIT_KINDS], uncounted, unreadable;
    struct audit_record last;
};

static void count(struct audit_run *run, const char *said, const char *list, const char *state, const char *reason)
{
    struct statistic *at = run->statistics;

    for (size_t i = 0; i < run->statistic_count; i++, at++) {
        if (strcmp(at->list, list) == 0 && strcmp(at->state, state) == 0 && strcmp(at->said, said) == 0 &&
            strcmp(at->reason, reason) == 0) {
            at->count++;
            return;
        }
    }
    if (run->statistic_count == STATISTICS_MAX) {
        run->uncounted++;
        return;
    }
    *at = (struct statistic){.said = said, .reason = reason, .count = 1};
    (void)snprintf(at->list, sizeof at->list, "%s", list);
    (void)snprintf(at->state, sizeof at->state, "%s", state);
    run->statistic_count++;
}

static void count_inspection(struct audit_run *run, const struct audit_inspection *inspection)
{
    const char *said = verdict_text(inspection->refer ? VERDICT_REFER : VERDICT_CANNOT_VERIFY);

    for (uint8_t i = 0; i < inspection->hit_count; i++) {
        const char *reason = document_reason_text((enum document_reason)inspection->hits[i].reason);

        count(run, said, inspection->hits[i].list_id, inspection->state, reason != NULL ? reason : "unknown");
    }
    for (unsigned i = 0; i < 64; i++) {
        const char *reason = (inspection->reasons >> i & 1U) != 0 ? verdict_reason_text((enum because)i) : NULL;

        /* What a list said is counted with its list. */
        if (reason != NULL && strncmp(reason, "listed-", 7) != 0) {
            count(run, said, "", inspection->state, reason);
        }
    }
}

static void print_inspection(struct json_writer *out, const struct audit_inspection *inspection)
{
    json_text(out, "verdict", verdict_text(inspection->refer ? VERDICT_REFER : VERDICT_CANNOT_VERIFY));
    json_text(out, "state", inspection->state);
    if (inspection->has_digest) {
        json_hex(out, "document", bytes_of(inspection->digest, sizeof inspection->digest));
    }
    json_array(out, "reasons");
    for (unsigned i = 0; i < 64; i++) {
        const char *reason = (inspection->reasons >> i & 1U) != 0 ? verdict_reason_text((enum because)i) : NULL;

        if (reason != NULL) {
            json_text(out, NULL, reason);
        }
    }
    json_end_array(out);
    json_array(out, "hits");
    for (uint8_t i = 0; i < inspection->hit_count; i++) {
        const struct audit_hit *hit = &inspection->hits[i];
        const char *reason = document_reason_text((enum document_reason)hit->reason);

        json_object(out, NULL);
        json_text(out, "list", hit->list_id);
        json_int(out, "edition", (int64_t)hit->edition);
        json_text(out, "reason", reason != NULL ? reason : "unknown");
        json_end_object(out);
    }
    json_end_array(out);
}

/* The detail's members, for --json; false when it is not what its kind says. */
static bool print_detail(struct json_writer *out, const struct audit_record *record)
{
    struct audit_inspection inspection;
    struct audit_object object;
    struct audit_refusal refusal;
    struct audit_time time;

    switch (record->kind) {
    case AUDIT_INSPECTION:
        if (audit_inspection_read(record->detail, &inspection) != DR_OK) {
            return false;
        }
        print_inspection(out, &inspection);
        return true;
    case AUDIT_UPDATE:
        if (audit_object_read(record->detail, &object) != DR_OK) {
            return false;
        }
        json_text(out, "list", object.list_id);
        json_int(out, "number", (int64_t)object.number);
        json_hex(out, "cms_sha256", bytes_of(object.cms_sha256, sizeof object.cms_sha256));
        return true;
    case AUDIT_REFUSAL:
        if (audit_refusal_read(record->detail, &refusal) != DR_OK) {
            return false;
        }
        json_text(out, "why", dr_status_text(refusal.status <= DR_ERR_STATE ? (enum dr_status)refusal.status : DR_OK));
        json_int(out, "count", (int64_t)refusal.count);
        return true;
    case AUDIT_TIME:
        if (audit_time_read(record->detail, &time) != DR_OK) {
            return false;
        }
        json_bool(out, "by_officer", time.by_officer);
        json_time(out, "before", time.before);
        json_time(out, "now", time.now);
        return true;
    default:
        return true;
    }
}

static void visit(void *ctx, const struct audit_record *record, const uint8_t digest[HASH_SHA256_SIZE])
{
    struct audit_run *run = ctx;
    struct audit_inspection inspection;
    const char *kind = audit_kind_text(record->kind);

    memcpy(run->digests[record->number - run->export->first], digest, HASH_SHA256_SIZE);
    run->last = *record;
    run->last.detail = bytes_of(NULL, 0);
    if (kind != NULL) {
        run->kinds[record->kind]++;
    }
    if (record->kind == AUDIT_INSPECTION && audit_inspection_read(record->detail, &inspection) == DR_OK) {
        count_inspection(run, &inspection);
    }
    if (argument_flag(run->arguments, "--records")) {
        struct json_writer *out = report_begin();

        json_int(out, "number", (int64_t)record->number);
        json_text(out, "kind", kind != NULL ? kind : "unknown");
        json_time(out, "time", record->time);
        json_bool(out, "confirmed", record->confirmed);
        run->unreadable += print_detail(out, record) ? 0 : 1;
        report_end();
    }
}

/* An earlier receipt of the device must be borne out by the log as it is now. */
struct history {
    const struct audit_run *run;
    const char *why; /* NULL: all is */
    uint64_t checked;
};

static bool check_receipt(void *ctx, const struct receipt *receipt)
{
    static const uint8_t damaged[HASH_SHA256_SIZE];
    struct history *history = ctx;
    const struct audit_export *export = history->run->export;
    uint64_t size = receipt->audit_size;

    if (size > export->receipt.audit_size) {
        history->why = "an earlier receipt states more records: the log was cut";
    } else if (size > export->first) {
        const uint8_t *digest = history->run->digests[size - 1U - export->first];

        if (memcmp(digest, damaged, sizeof damaged) != 0 &&
            memcmp(digest, receipt->audit_head, HASH_SHA256_SIZE) != 0) {
            history->why = "an earlier receipt states another record: the log was rewritten";
        }
        history->checked++;
    }
    return history->why == NULL;
}

static void report_statistics(const struct audit_run *run, struct json_writer *out)
{
    json_array(out, "statistics");
    for (size_t i = 0; i < run->statistic_count; i++) {
        const struct statistic *at = &run->statistics[i];

        json_object(out, NULL);
        json_text(out, "verdict", at->said);
        json_text(out, "list", at->list);
        json_text(out, "state", at->state);
        json_text(out, "reason", at->reason);
        json_int(out, "count", (int64_t)at->count);
        json_end_object(out);
    }
    json_end_array(out);
}

static void report(const struct audit_run *run, const struct audit_findings *findings, const struct history *history,
                   bool whole)
{
    char id[2 * FACTORY_DEVICE_ID_SIZE + 1];

    hex_encode(bytes_of(run->export->receipt.device_id, FACTORY_DEVICE_ID_SIZE), id);
    if (run->arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "device", id);
        json_bool(out, "whole", whole);
        json_int(out, "records", (int64_t)findings->records);
        json_int(out, "first", (int64_t)run->export->first);
        json_int(out, "damaged", (int64_t)findings->damaged);
        json_int(out, "lost", run->last.lost);
        json_int(out, "receipts", (int64_t)history->checked);
        json_int(out, "no_record", (int64_t)run->last.no_record);
        json_int(out, "advisory", (int64_t)run->last.advisory);
        json_int(out, "refer", (int64_t)run->last.refer);
        json_int(out, "cannot_verify", (int64_t)run->last.cannot_verify);
        report_statistics(run, out);
        report_end();
        return;
    }
    printf(
        "device %s: %llu records from number %llu on, %llu damaged, %lu never written; %llu earlier receipts agree\n",
        id, (unsigned long long)findings->records, (unsigned long long)run->export->first,
        (unsigned long long)findings->damaged, (unsigned long)run->last.lost, (unsigned long long)history->checked);
    for (unsigned i = 1; i < AUDIT_KINDS; i++) {
        printf("  %-12s %llu\n", audit_kind_text(i), (unsigned long long)run->kinds[i]);
    }
    printf("verdicts ever: NO RECORD %llu, ADVISORY %llu, REFER %llu, CANNOT VERIFY %llu\n",
           (unsigned long long)run->last.no_record, (unsigned long long)run->last.advisory,
           (unsigned long long)run->last.refer, (unsigned long long)run->last.cannot_verify);
    for (size_t i = 0; i < run->statistic_count; i++) {
        const struct statistic *at = &run->statistics[i];

        printf("  %-14s %-4s %-32s %-20s %llu\n", at->said, at->state, at->list[0] != '\0' ? at->list : "-", at->reason,
               (unsigned long long)at->count);
    }
}

static int verify(const struct arguments *arguments, const char *path, struct bytes file,
                  const struct officer_key *oversight)
{
    struct audit_export export;
    struct audit_findings findings;
    struct audit_run *run = calloc(1, sizeof *run);
    struct history history = {.run = run};
    const char *why = "no memory", *receipts = argument(arguments, "--receipts");
    enum dr_status status = run != NULL ? audit_export_read(file, &export, &why) : DR_ERR_NO_SPACE;
    int result = EXIT_DONE;

    if (status == DR_OK) {
        run->arguments = arguments;
        run->export = &export;
        run->digests = calloc(export.records.len / AUDIT_SECTOR + 1U, HASH_SHA256_SIZE);
        status = run->digests != NULL ? DR_OK : DR_ERR_NO_SPACE;
    }
    if (status != DR_OK) {
        result = fail(path, why);
        goto out;
    }
    status = audit_export_verify(&export, oversight, visit, run, &findings, &why);
    if (status != DR_OK && status != DR_ERR_CORRUPT) {
        result = fail(path, why);
        goto out;
    }
    if (receipts != NULL) {
        const char *book_why = "";
        enum dr_status book = receipt_book_walk(receipts, export.receipt.device_id, check_receipt, &history, &book_why);

        if (book != DR_OK) {
            history.why = book == DR_ERR_NOT_FOUND ? "no receipt of this device is on file" : book_why;
        }
    }
    report(run, &findings, &history, status == DR_OK && history.why == NULL);
    if (status != DR_OK) {
        result = fail(path, why);
    } else if (history.why != NULL) {
        result = fail(path, history.why);
    }
out:
    if (run != NULL) {
        free(run->digests);
    }
    free(run);
    return result;
}

static int run_verify(const struct arguments *arguments)
{
    const char *path = argument(arguments, ""), *key_path = argument(arguments, "--key"), *why = "";
    struct officer_key *oversight = NULL;
    uint8_t *data = NULL;
    size_t len = 0;
    int status;

    if (argument_count(arguments, "") != 1 || key_path == NULL) {
        return wrong_usage("audit verify: a file and --key of the oversight are needed");
    }
    if (officer_key_load(key_path, &oversight, &why) != DR_OK) {
        return fail(key_path, why);
    }
    status = file_read_whole(path, EXPORT_MAX, &data, &len) == DR_OK
                 ? verify(arguments, path, bytes_of(data, len), oversight)
                 : fail(path, "it cannot be read");
    free(data);
    officer_key_free(oversight);
    return status;
}

const struct command audit_commands[] = {{"audit", "verify", "FILE --key OVERSIGHT.pem [--receipts DIR] [--records]",
                                          "opens a device's log and checks that it is whole, in order, and what "
                                          "earlier receipts stated; counts by issuer and reason",
                                          "--key= --receipts= --records", run_verify},
                                         {0}};
