#include "trust_import/anchor_selection.h"

#include "trust/csca_store.h"
#include "trust_import/deviations.h"

#include <stdlib.h>

static bool is_anchor(const struct imported_certificate *item)
{
    return item->verdict == ANCHOR_SELF_SIGNED || item->verdict == ANCHOR_LINK;
}

static void reject(struct imported_certificate *item, const char *why)
{
    item->verdict = ANCHOR_REJECTED;
    item->why = why;
}

/* What the words of trust_paths.h mean to someone who imports. */
static const char *refusal_text(const struct imported_certificate *item, const char *reason)
{
    static const char *const texts[][2] = {
        {"malformed", "malformed certificate"},
        {"algorithm", "key or signature algorithm not supported"},
        {"critical-extension", "unknown critical extension"},
        {"not-self-issued", "signed with its own key in another name: neither a root nor a link"},
        {"self-signed-link", "self-signed: given as a link certificate, it makes no root"},
        {"signature-invalid", "the issuer it names does not verify it"},
        {"revoked", "revoked by its issuer's CRL"},
        {"issuer-untrusted", "its issuer is no anchor"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(reason, texts[i][0]) == 0) {
            return texts[i][1];
        }
    }
    return issuing_refused(&item->certificate) != NULL ? issuing_refused(&item->certificate)
                                                       : "no issuer among the anchors verifies it";
}

static void judge(const struct certificate_set *set, const struct trust_path *path, struct imported_certificate *item)
{
    const struct certificate *certificate = &item->certificate;
    uint8_t record[CSCA_RECORD_MAX];
    size_t len;
    enum dr_status status;

    if (item != &set->items[item->first]) {
        item->verdict = ANCHOR_DUPLICATE;
        item->why = "the same certificate again";
    } else if (path->verdict != PATH_TRUSTED) {
        reject(item, refusal_text(item, path->reason));
    } else if (issuing_refused(certificate) != NULL) {
        reject(item, issuing_refused(certificate));
    } else if (anchor_country(certificate)[0] == '\0') {
        reject(item, "no country in it");
    } else if (strcmp(anchor_country(certificate), certificate->issuer_country) != 0 ||
               strcmp(anchor_country(certificate), anchor_country(&set->items[path->issuer].certificate)) != 0) {
        reject(item, "of another state than its issuer");
    } else {
        item->verdict = item == &set->items[path->issuer] ? ANCHOR_SELF_SIGNED : ANCHOR_LINK;
        status = csca_record_write(certificate, record, &len);
        if (status != DR_OK) {
            reject(item, status == DR_ERR_UNSUPPORTED ? "key not supported" : "it does not fit a trust store");
        }
    }
}

static bool same_record(const struct imported_certificate *a, const struct imported_certificate *b)
{
    uint8_t first[CSCA_RECORD_MAX], second[CSCA_RECORD_MAX];
    size_t len;

    return csca_record_write(&a->certificate, first, &len) == DR_OK &&
           csca_record_write(&b->certificate, second, &len) == DR_OK && first[0] == second[0] &&
           memcmp(first + 1, second + 1, first[0]) == 0;
}

static void drop_duplicates(struct certificate_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        for (size_t j = 0; is_anchor(&set->items[i]) && j < set->count; j++) {
            struct imported_certificate *a = &set->items[i], *b = &set->items[j];
            if (i == j || !is_anchor(b) || !bytes_equal(a->certificate.subject_key_id, b->certificate.subject_key_id) ||
                strcmp(anchor_country(&a->certificate), anchor_country(&b->certificate)) != 0) {
                continue;
            }
            if (same_record(a, b)) {
                struct imported_certificate *shorter = a->certificate.not_after < b->certificate.not_after ? a : b;
                shorter->verdict = ANCHOR_DUPLICATE;
                shorter->why = "the same key and name as another certificate";
            }
        }
    }
}

static void count_all(const struct certificate_set *set, struct anchor_count *count)
{
    for (size_t i = 0; i < set->count; i++) {
        enum anchor_verdict verdict = set->items[i].verdict;
        count->self_signed += verdict == ANCHOR_SELF_SIGNED;
        count->link += verdict == ANCHOR_LINK;
        count->duplicate += verdict == ANCHOR_DUPLICATE;
        count->rejected += verdict == ANCHOR_REJECTED;
    }
    for (size_t i = 0; i < set->crl_count; i++) {
        count->crls += set->crls[i].accepted;
        count->revoked += set->crls[i].accepted ? set->crls[i].crl.revoked_count : 0;
    }
}

enum dr_status anchors_select(struct certificate_set *set, int64_t now, struct anchor_count *count)
{
    struct trust_path *paths = trust_paths_find(set, now);

    *count = (struct anchor_count){0};
    if (paths == NULL) {
        return DR_ERR_NO_SPACE;
    }
    for (size_t i = 0; i < set->count; i++) {
        judge(set, &paths[i], &set->items[i]);
    }
    for (size_t i = 0; i < set->list_count; i++) {
        size_t issuer = list_signer_issuer(set, paths, i);
        set->lists[i].signer_known = issuer != NO_ITEM;
    }
    deviations_select(set, paths, now);
    drop_duplicates(set);
    count_all(set, count);
    free(paths);
    return DR_OK;
}
