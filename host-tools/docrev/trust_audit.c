/* docrev trust audit: a verdict on each certificate, CRL and list among the files given. */
#include "docrev/trust.h"

#include "trust_import/certificate_text.h"
#include "trust_import/deviations.h"
#include "trust_import/trust_paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct audit {
    struct certificate_set set;
    struct trust_path *paths;
    bool as_json;
    size_t trusted, untrusted, rejected;
};

static const char *verdict_text(enum path_verdict verdict)
{
    return verdict == PATH_TRUSTED ? "trusted" : verdict == PATH_UNTRUSTED ? "untrusted" : "rejected";
}

/* One line. What is not known is left out in JSON and a dash in text. */
struct line {
    const char *kind, *file, *subject, *country, *key, *signature;
    enum path_verdict verdict;
    const char *reason;
    const struct certificate *certificate; /* its validity is shown; may be NULL */
};

static void report_line(struct audit *audit, const struct line *line)
{
    size_t *count = line->verdict == PATH_TRUSTED     ? &audit->trusted
                    : line->verdict == PATH_UNTRUSTED ? &audit->untrusted
                                                      : &audit->rejected;
    ++*count;
    if (!audit->as_json) {
        printf("%-9s %-18s %-3s %-27s %-24s %s  %s\n", verdict_text(line->verdict), line->reason,
               line->country != NULL ? line->country : "-", line->key != NULL ? line->key : "-",
               line->signature != NULL ? line->signature : "-", line->file,
               line->subject != NULL ? line->subject : "-");
        return;
    }
    struct json_writer *out = report_begin();
    json_text(out, "file", line->file);
    json_text(out, "kind", line->kind);
    if (line->subject != NULL) {
        json_text(out, "subject", line->subject);
        json_text(out, "country", line->country);
        json_text(out, "key", line->key);
        json_text(out, "signature", line->signature);
    }
    if (line->certificate != NULL) {
        json_time(out, "not_before", line->certificate->not_before);
        json_time(out, "not_after", line->certificate->not_after);
    }
    json_text(out, "verdict", verdict_text(line->verdict));
    json_text(out, "reason", line->reason);
    report_end();
}

/* What could not be taken at all: a line of its own at once. */
static void report_complaint(void *ctx, const char *path, const char *why)
{
    report_line(ctx, &(struct line){.kind = "unknown", .file = path, .verdict = PATH_REJECTED, .reason = why});
}

static void report_certificate(struct audit *audit, size_t i)
{
    const struct imported_certificate *item = &audit->set.items[i];
    const struct certificate *certificate = &item->certificate;
    char subject[NAME_TEXT_MAX], key[KEY_TEXT_MAX];
    struct line line = {.kind = "certificate",
                        .file = item->source,
                        .verdict = audit->paths[i].verdict,
                        .reason = audit->paths[i].reason};

    if (item->read == DR_OK || item->read == DR_ERR_UNSUPPORTED) {
        name_text(certificate->subject, subject, sizeof subject);
        key_text(certificate, key);
        line.subject = subject;
        line.country = anchor_country(certificate);
        line.key = key;
        line.signature = signature_text(&certificate->signature_algorithm);
        line.certificate = certificate;
    }
    report_line(audit, &line);
}

static void report_crl(struct audit *audit, const struct imported_crl *item)
{
    char issuer[NAME_TEXT_MAX];
    bool broken = item->read != DR_OK || (!item->accepted && strcmp(item->why, "signature-invalid") == 0);

    name_text(item->crl.issuer, issuer, sizeof issuer);
    report_line(audit, &(struct line){.kind = "crl",
                                      .file = item->source,
                                      .subject = issuer,
                                      .country = item->crl.issuer_country,
                                      .key = "",
                                      .signature = signature_text(&item->crl.signature_algorithm),
                                      .verdict = item->accepted ? PATH_TRUSTED
                                                 : broken       ? PATH_REJECTED
                                                                : PATH_UNTRUSTED,
                                      .reason = item->accepted ? "issued" : item->why});
}

static void report_deviations(struct audit *audit, const struct imported_deviations *item)
{
    char signer[NAME_TEXT_MAX];

    name_text(item->signer.subject, signer, sizeof signer);
    report_line(audit, &(struct line){.kind = "deviation-list",
                                      .file = item->source,
                                      .subject = signer,
                                      .country = item->signer.issuer_country,
                                      .key = "",
                                      .signature = signature_text(&item->signer.signature_algorithm),
                                      .verdict = item->accepted             ? PATH_TRUSTED
                                                 : item->signature == DR_OK ? PATH_UNTRUSTED
                                                                            : PATH_REJECTED,
                                      .reason = item->accepted ? "issued" : item->why});
}

static void report_list(struct audit *audit, size_t i)
{
    const struct imported_list *item = &audit->set.lists[i];
    char signer[NAME_TEXT_MAX], key[KEY_TEXT_MAX];
    size_t issuer;

    if (item->signature != DR_OK) {
        return; /* complained of when it was read */
    }
    issuer = list_signer_issuer(&audit->set, audit->paths, i);
    name_text(item->signer.subject, signer, sizeof signer);
    key_text(&item->signer, key);
    report_line(audit, &(struct line){.kind = "master-list",
                                      .file = item->source,
                                      .subject = signer,
                                      .country = item->signer.issuer_country,
                                      .key = key,
                                      .signature = signature_text(&item->signer.signature_algorithm),
                                      .verdict = issuer != NO_ITEM ? PATH_TRUSTED : PATH_UNTRUSTED,
                                      .reason = issuer != NO_ITEM ? "issued" : "no-issuer",
                                      .certificate = &item->signer});
}

int run_trust_audit(const struct arguments *arguments)
{
    struct audit audit = {.as_json = arguments->json};
    int64_t now = time_now();
    const char *source;
    int result = EXIT_DONE;

    if (argument_count(arguments, "") == 0) {
        return wrong_usage("trust audit: files or folders are needed");
    }
    if (!argument_time(arguments, "--at", &now)) {
        return EXIT_USAGE;
    }
    for (size_t i = 0; (source = argument_nth(arguments, "", i)) != NULL; i++) {
        if (certificate_set_add(&audit.set, source, report_complaint, &audit) != DR_OK) {
            result = fail(source, strerror(errno));
        }
    }
    audit.paths = trust_paths_find(&audit.set, now);
    if (audit.paths == NULL) {
        result = fail("trust audit", strerror(ENOMEM));
        goto out;
    }
    deviations_select(&audit.set, audit.paths, now);
    for (size_t i = 0; i < audit.set.deviation_count; i++) {
        report_deviations(&audit, &audit.set.deviations[i]);
    }
    for (size_t i = 0; i < audit.set.list_count; i++) {
        report_list(&audit, i);
    }
    for (size_t i = 0; i < audit.set.crl_count; i++) {
        report_crl(&audit, &audit.set.crls[i]);
    }
    for (size_t i = 0; i < audit.set.count; i++) {
        report_certificate(&audit, i);
    }
    if (!audit.as_json) {
        printf("%zu trusted, %zu untrusted, %zu rejected\n", audit.trusted, audit.untrusted, audit.rejected);
    }
out:
    free(audit.paths);
    certificate_set_free(&audit.set);
    return result;
}
