#include "trust_import/trust_paths.h"

#include "trust/revocation.h"

#include <stdlib.h>

/* How closely an issuer fits: by key identifier or name first, since any other is tried in vain most of the time. */
enum fit { FIT_NONE = 0, FIT_COUNTRY, FIT_NAME, FIT_KEY_ID };

struct name_hashes {
    uint8_t subject[HASH_SHA256_SIZE], issuer[HASH_SHA256_SIZE];
    bool known;
};

struct search {
    const struct certificate_set *set;
    struct trust_path *paths;
    struct name_hashes *names;
    size_t *key;   /* index of the first item with the same public key: signatures are checked once a key */
    bool *tried;   /* by key, for one certificate at a time */
    bool *own_key; /* verifies under its own key, and is no root all the same */
    bool *refused; /* an issuer named by key identifier and name does not verify it */
    bool *revoked;
    size_t *queue; /* trusted issuers in the order found */
    size_t queued;
};

const char *anchor_country(const struct certificate *certificate)
{
    return certificate->subject_country[0] != '\0' ? certificate->subject_country : certificate->issuer_country;
}

const char *issuing_refused(const struct certificate *certificate)
{
    if (certificate->has_basic_constraints && !certificate->is_ca) {
        return "not a certification authority";
    }
    if (certificate->has_key_usage && (certificate->key_usage & KEY_USAGE_CERT_SIGN) == 0) {
        return "its key may not sign certificates";
    }
    return NULL;
}

/* What rejects a certificate by itself. */
static const char *refusal(const struct imported_certificate *item)
{
    if (item->read == DR_ERR_UNSUPPORTED) {
        return "algorithm";
    }
    if (item->read != DR_OK) {
        return "malformed";
    }
    if (item->certificate.unknown_critical) {
        return "critical-extension"; /* 9303-12 D.1.1.3 */
    }
    return NULL;
}

static enum fit fit_of(const struct search *search, size_t issuer, size_t item)
{
    const struct certificate *ca = &search->set->items[issuer].certificate;
    const struct certificate *certificate = &search->set->items[item].certificate;
    bool same_name = search->names[issuer].known && search->names[item].known &&
                     memcmp(search->names[issuer].subject, search->names[item].issuer, HASH_SHA256_SIZE) == 0;

    if (strcmp(anchor_country(ca), certificate->issuer_country) != 0) {
        return FIT_NONE;
    }
    if (certificate->authority_key_id.len > 0 && bytes_equal(certificate->authority_key_id, ca->subject_key_id)) {
        return FIT_KEY_ID;
    }
    if (same_name) {
        return FIT_NAME;
    }
    return certificate->issuer_country[0] != '\0' ? FIT_COUNTRY : FIT_NONE;
}

static bool named_by_both(const struct search *search, size_t issuer, size_t item)
{
    return fit_of(search, issuer, item) == FIT_KEY_ID &&
           memcmp(search->names[issuer].subject, search->names[item].issuer, HASH_SHA256_SIZE) == 0;
}

/* May it make others trusted? Its own issuer and subject must be of one state: none makes anchors for another. */
static bool may_issue(const struct search *search, size_t item)
{
    const struct certificate *certificate = &search->set->items[item].certificate;

    return !search->revoked[item] && issuing_refused(certificate) == NULL &&
           strcmp(anchor_country(certificate), certificate->issuer_country) == 0;
}

static void trust(struct search *search, size_t item, size_t issuer)
{
    bool issues = may_issue(search, item);
    bool is_ca = issuing_refused(&search->set->items[item].certificate) == NULL;

    search->paths[item] = (struct trust_path){PATH_TRUSTED,
                                              item == issuer ? "self-signed"
                                              : is_ca        ? "link"
                                                             : "issued",
                                              issuer};
    if (issues) {
        search->queue[search->queued++] = item;
    }
}

static bool undecided(const struct search *search, size_t item)
{
    return search->set->items[item].first == item && search->paths[item].reason == NULL;
}

static void try_issuer(struct search *search, size_t issuer, size_t item)
{
    const struct certificate *certificate = &search->set->items[item].certificate;

    if (certificate_verify(certificate, &search->set->items[issuer].certificate.key) == DR_OK) {
        trust(search, item, issuer);
    } else if (named_by_both(search, issuer, item)) {
        search->refused[item] = true;
    }
}

/* Of a root the issuer is the subject (RFC 5280 3.2, 6.1): a signature under its own key alone is what a forger of a link
 * certificate can make, too. */
static bool self_issued(const struct certificate *certificate)
{
    return certificate_name_equal(certificate->issuer, certificate->subject);
}

/* Rejects what is wrong by itself and finds the roots: self-issued, under their own key, and given as such. */
static void find_roots(struct search *search)
{
    for (size_t i = 0; i < search->set->count; i++) {
        const struct imported_certificate *item = &search->set->items[i];
        const char *why = refusal(item);

        if (!undecided(search, i)) {
            continue;
        }
        if (search->revoked[i]) {
            why = "revoked";
        }
        if (why != NULL) {
            search->paths[i] = (struct trust_path){PATH_REJECTED, why, NO_ITEM};
        } else if (issuing_refused(&item->certificate) == NULL) {
            if (certificate_verify(&item->certificate, &item->certificate.key) == DR_OK) {
                search->own_key[i] = item->link_only || !self_issued(&item->certificate);
                if (!search->own_key[i]) {
                    trust(search, i, i);
                }
            } else if (named_by_both(search, i, i)) {
                search->refused[i] = true;
            }
        }
    }
}

/* Every pair of a trusted issuer and an undecided certificate once: those that name each other first. */
static void follow_links(struct search *search)
{
    size_t named = 0, others = 0;

    while (named < search->queued || others < search->queued) {
        bool near = named < search->queued;
        size_t issuer = search->queue[near ? named++ : others++];
        for (size_t i = 0; i < search->set->count; i++) {
            enum fit fit = undecided(search, i) ? fit_of(search, issuer, i) : FIT_NONE;
            if (fit != FIT_NONE && near == (fit > FIT_COUNTRY)) {
                try_issuer(search, issuer, i);
            }
        }
    }
}

/* Does a certificate of the set that may not make others trusted verify this one? */
static bool has_untrusted_issuer(const struct search *search, size_t item)
{
    memset(search->tried, 0, search->set->count * sizeof *search->tried);
    for (size_t i = 0; i < search->queued; i++) {
        search->tried[search->key[search->queue[i]]] = true;
    }
    for (size_t i = 0; i < search->set->count; i++) {
        const struct imported_certificate *ca = &search->set->items[i];
        if (i != item && ca->first == i && ca->read == DR_OK &&
            (search->paths[i].verdict != PATH_TRUSTED || !may_issue(search, i)) &&
            issuing_refused(&ca->certificate) == NULL && fit_of(search, i, item) > FIT_COUNTRY &&
            !search->tried[search->key[i]]) {
            search->tried[search->key[i]] = true;
            if (certificate_verify(&search->set->items[item].certificate, &ca->certificate.key) == DR_OK) {
                return true;
            }
        }
    }
    return false;
}

static void find_paths(struct search *search)
{
    search->queued = 0;
    for (size_t i = 0; i < search->set->count; i++) {
        search->paths[i] = (struct trust_path){PATH_UNTRUSTED, NULL, NO_ITEM};
    }
    find_roots(search);
    follow_links(search);
    for (size_t i = 0; i < search->set->count; i++) {
        if (!undecided(search, i)) {
            continue;
        }
        if (search->own_key[i]) { /* no authority of the set with the same key has made it a link */
            search->paths[i] = self_issued(&search->set->items[i].certificate)
                                   ? (struct trust_path){PATH_UNTRUSTED, "self-signed-link", NO_ITEM}
                                   : (struct trust_path){PATH_REJECTED, "not-self-issued", NO_ITEM};
        } else if (has_untrusted_issuer(search, i)) {
            search->paths[i].reason = "issuer-untrusted";
        } else if (search->refused[i]) {
            search->paths[i] = (struct trust_path){PATH_REJECTED, "signature-invalid", NO_ITEM};
        } else {
            search->paths[i].reason = "no-issuer";
        }
    }
    for (size_t i = 0; i < search->set->count; i++) {
        search->paths[i] = search->paths[search->set->items[i].first];
    }
}

static bool newer(const struct crl *a, const struct crl *b)
{
    if (a->this_update != b->this_update) {
        return a->this_update > b->this_update;
    }
    if (a->number.len != b->number.len) {
        return a->number.len > b->number.len;
    }
    return a->number.len > 0 && memcmp(a->number.data, b->number.data, a->number.len) > 0;
}

/* A number that a trust store cannot hold would make the list inexact. */
static bool has_absurd_serial(const struct crl *crl)
{
    struct bytes rest = crl->revoked;
    struct crl_entry entry;

    while (crl_next(&rest, &entry) == DR_OK) {
        if (crl_serial(entry.serial).len > REVOCATION_SERIAL_MAX) {
            return true;
        }
    }
    return false;
}

/* Does an authority that is trusted verify the list? */
static void accept_crl(const struct search *search, struct imported_crl *item)
{
    item->accepted = false;
    item->why = "algorithm";
    if (item->read != DR_OK) {
        return;
    }
    item->why = "serial-too-long";
    if (has_absurd_serial(&item->crl)) {
        return;
    }
    item->why = "no-issuer";
    for (size_t i = 0; i < search->set->count && !item->accepted; i++) {
        const struct imported_certificate *ca = &search->set->items[i];
        const struct certificate *certificate = &ca->certificate;
        if (ca->first != i || search->paths[i].verdict != PATH_TRUSTED || issuing_refused(certificate) != NULL ||
            item->crl.issuer_country[0] == '\0' || strcmp(anchor_country(certificate), item->crl.issuer_country) != 0) {
            continue;
        }
        if (crl_verify(&item->crl, &certificate->key) == DR_OK) {
            item->accepted = true;
            item->why = NULL;
        } else if (item->crl.authority_key_id.len > 0 &&
                   bytes_equal(item->crl.authority_key_id, certificate->subject_key_id) &&
                   certificate_name_equal(item->crl.issuer, certificate->subject)) {
            item->why = "signature-invalid";
        }
    }
}

static void accept_crls(const struct search *search, struct certificate_set *set)
{
    for (size_t i = 0; i < set->crl_count; i++) {
        accept_crl(search, &set->crls[i]);
    }
    for (size_t i = 0; i < set->crl_count; i++) {
        for (size_t j = 0; set->crls[i].accepted && j < set->crl_count; j++) {
            if (j != i && set->crls[j].accepted &&
                certificate_name_equal(set->crls[i].crl.issuer, set->crls[j].crl.issuer) &&
                (newer(&set->crls[j].crl, &set->crls[i].crl) ||
                 (j < i && !newer(&set->crls[i].crl, &set->crls[j].crl)))) {
                set->crls[i].accepted = false;
                set->crls[i].why = "superseded";
            }
        }
    }
    for (size_t i = 0; i < set->crl_count; i++) {
        unsigned of_country = 0;
        for (size_t j = 0; set->crls[i].accepted && j <= i; j++) {
            of_country +=
                set->crls[j].accepted && strcmp(set->crls[i].crl.issuer_country, set->crls[j].crl.issuer_country) == 0;
        }
        if (of_country > REVOCATION_ISSUERS) {
            set->crls[i].accepted = false;
            set->crls[i].why = "too many CRLs of one country";
        }
    }
}

const struct imported_crl *crl_revoking(const struct certificate_set *set, const struct certificate *certificate,
                                        int64_t now)
{
    const struct imported_crl *found = NULL;

    for (size_t i = 0; i < set->crl_count; i++) {
        const struct imported_crl *item = &set->crls[i];
        bool lists;
        if (!item->accepted || certificate->issuer_country[0] == '\0' ||
            strcmp(item->crl.issuer_country, certificate->issuer_country) != 0) {
            continue;
        }
        lists = crl_lists(&item->crl, certificate->serial);
        if (certificate_name_equal(item->crl.issuer, certificate->issuer) &&
            (!item->crl.has_next_update || now <= item->crl.next_update)) {
            return lists ? item : NULL;
        }
        found = lists ? item : found;
    }
    return found;
}

static bool find_revoked(struct search *search, int64_t now)
{
    bool any = false;

    for (size_t i = 0; i < search->set->count; i++) {
        if (search->set->items[i].read == DR_OK && !search->revoked[i]) {
            search->revoked[i] = crl_revoking(search->set, &search->set->items[i].certificate, now) != NULL;
            any = any || search->revoked[i];
        }
    }
    return any;
}

static void find_keys(struct search *search)
{
    for (size_t i = 0; i < search->set->count; i++) {
        struct bytes spki = search->set->items[i].certificate.spki;
        size_t j = search->set->items[i].first;
        if (j == i) {
            j = 0;
            while (j < i && !bytes_equal(search->set->items[j].certificate.spki, spki)) {
                j++;
            }
        }
        search->key[i] = search->key[j] < i && j < i ? search->key[j] : i;
    }
}

struct trust_path *trust_paths_find(struct certificate_set *set, int64_t now)
{
    struct search search = {.set = set,
                            .paths = calloc(set->count + 1, sizeof *search.paths),
                            .names = calloc(set->count + 1, sizeof *search.names),
                            .key = calloc(set->count + 1, sizeof *search.key),
                            .tried = calloc(set->count + 1, sizeof *search.tried),
                            .own_key = calloc(set->count + 1, sizeof *search.own_key),
                            .refused = calloc(set->count + 1, sizeof *search.refused),
                            .revoked = calloc(set->count + 1, sizeof *search.revoked),
                            .queue = calloc(set->count + 1, sizeof *search.queue)};

    if (search.paths == NULL || search.names == NULL || search.key == NULL || search.tried == NULL ||
        search.own_key == NULL || search.refused == NULL || search.revoked == NULL || search.queue == NULL) {
        free(search.paths);
        search.paths = NULL;
        goto out;
    }
    for (size_t i = 0; i < set->count; i++) {
        const struct certificate *certificate = &set->items[i].certificate;
        search.names[i].known = certificate->issuer.len > 0 && certificate->subject.len > 0 &&
                                certificate_name_hash(certificate->subject, search.names[i].subject) == DR_OK &&
                                certificate_name_hash(certificate->issuer, search.names[i].issuer) == DR_OK;
    }
    find_keys(&search);
    find_paths(&search);
    /* A CRL is judged by the authorities as they are before it: one that lists its own issuer is a state's way to say that
     * the key is lost, and holds (9303-12 4.3). What it revokes no longer makes others trusted. */
    accept_crls(&search, set);
    if (find_revoked(&search, now)) {
        find_paths(&search);
    }
out:
    free(search.names);
    free(search.key);
    free(search.tried);
    free(search.own_key);
    free(search.refused);
    free(search.revoked);
    free(search.queue);
    return search.paths;
}

size_t list_signer_issuer(const struct certificate_set *set, const struct trust_path *paths, size_t list)
{
    const struct certificate *signer = &set->lists[list].signer;

    for (size_t i = 0; set->lists[list].signature == DR_OK && i < set->count; i++) {
        const struct imported_certificate *ca = &set->items[i];
        if (ca->list != list && paths[i].verdict == PATH_TRUSTED && issuing_refused(&ca->certificate) == NULL &&
            signer->issuer_country[0] != '\0' &&
            strcmp(anchor_country(&ca->certificate), signer->issuer_country) == 0 &&
            certificate_verify(signer, &ca->certificate.key) == DR_OK) {
            return i;
        }
    }
    return NO_ITEM;
}
