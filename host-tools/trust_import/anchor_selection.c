#include "trust_import/anchor_selection.h"

#include "trust/csca_store.h"

#include <strings.h>

const char *anchor_country(const struct certificate *certificate)
{
    return certificate->subject_country[0] != '\0' ? certificate->subject_country : certificate->issuer_country;
}

static bool is_anchor(const struct imported_certificate *item)
{
    return item->verdict == ANCHOR_SELF_SIGNED || item->verdict == ANCHOR_LINK;
}

static void reject(struct imported_certificate *item, const char *why)
{
    item->verdict = ANCHOR_REJECTED;
    item->why = why;
}

/* What disqualifies a certificate by itself. Old CSCAs lack basicConstraints or key usage; where they are, they must allow it. */
static void judge_alone(struct imported_certificate *item)
{
    const struct certificate *certificate = &item->certificate;

    if (item->read == DR_ERR_UNSUPPORTED) {
        reject(item, "key or signature algorithm not supported");
    } else if (item->read != DR_OK) {
        reject(item, "malformed certificate");
    } else if (certificate->has_basic_constraints && !certificate->is_ca) {
        reject(item, "not a certification authority");
    } else if (certificate->has_key_usage && (certificate->key_usage & KEY_USAGE_CERT_SIGN) == 0) {
        reject(item, "its key may not sign certificates");
    } else if (certificate->unknown_critical) {
        reject(item, "unknown critical extension");
    } else if (anchor_country(certificate)[0] == '\0') {
        reject(item, "no country in it");
    }
}

static bool same_bytes(const struct imported_certificate *a, const struct imported_certificate *b)
{
    return bytes_equal(bytes_of(a->der, a->len), bytes_of(b->der, b->len));
}

/* Certificates that verify under an anchor found so far become anchors, until none is left that does. Issuer and
 * subject must be of the anchor's own state: none makes anchors for another. */
static void follow_links(struct certificate_set *set)
{
    bool found;

    do {
        found = false;
        for (size_t i = 0; i < set->count; i++) {
            struct imported_certificate *link = &set->items[i];
            for (size_t j = 0; link->verdict == ANCHOR_UNDECIDED && j < set->count; j++) {
                const struct imported_certificate *anchor = &set->items[j];
                if (is_anchor(anchor) &&
                    strcasecmp(anchor_country(&anchor->certificate), anchor_country(&link->certificate)) == 0 &&
                    strcasecmp(anchor_country(&anchor->certificate), link->certificate.issuer_country) == 0 &&
                    certificate_verify(&link->certificate, &anchor->certificate.key) == DR_OK) {
                    link->verdict = ANCHOR_LINK;
                    found = true;
                }
            }
        }
    } while (found);
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
                strcasecmp(anchor_country(&a->certificate), anchor_country(&b->certificate)) != 0) {
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

static void check_record(struct imported_certificate *item)
{
    uint8_t record[CSCA_RECORD_MAX];
    size_t len;
    enum dr_status status = csca_record_write(&item->certificate, record, &len);

    if (status != DR_OK) {
        reject(item, status == DR_ERR_UNSUPPORTED ? "key not supported" : "it does not fit a trust store");
    }
}

void anchors_select(struct certificate_set *set, struct anchor_count *count)
{
    *count = (struct anchor_count){0};
    for (size_t i = 0; i < set->count; i++) {
        struct imported_certificate *item = &set->items[i];
        for (size_t j = 0; j < i && item->verdict == ANCHOR_UNDECIDED; j++) {
            if (same_bytes(item, &set->items[j])) {
                item->verdict = ANCHOR_DUPLICATE;
                item->why = "the same certificate again";
            }
        }
        if (item->verdict == ANCHOR_UNDECIDED) {
            judge_alone(item);
        }
        if (item->verdict == ANCHOR_UNDECIDED &&
            certificate_verify(&item->certificate, &item->certificate.key) == DR_OK) {
            item->verdict = ANCHOR_SELF_SIGNED;
        }
    }
    follow_links(set);
    for (size_t i = 0; i < set->count; i++) {
        if (is_anchor(&set->items[i])) {
            check_record(&set->items[i]);
        } else if (set->items[i].verdict == ANCHOR_UNDECIDED) {
            reject(&set->items[i], "no issuer among the anchors verifies it");
        }
    }
    drop_duplicates(set);
    for (size_t i = 0; i < set->count; i++) {
        enum anchor_verdict verdict = set->items[i].verdict;
        count->self_signed += verdict == ANCHOR_SELF_SIGNED;
        count->link += verdict == ANCHOR_LINK;
        count->duplicate += verdict == ANCHOR_DUPLICATE;
        count->rejected += verdict == ANCHOR_REJECTED;
    }
}
