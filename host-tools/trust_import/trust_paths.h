/* Which certificates of a set rest on a root of the set (ICAO 9303-12 6.1, App. D), whatever the time: expiry is not judged. */
#ifndef DOCREV_TRUST_IMPORT_TRUST_PATHS_H
#define DOCREV_TRUST_IMPORT_TRUST_PATHS_H

#include "trust_import/certificate_files.h"

enum path_verdict {
    PATH_UNTRUSTED = 0, /* well-formed, and nothing in the set makes it trusted */
    PATH_TRUSTED,       /* verifies under a self-signed key of the set, directly or through link certificates */
    PATH_REJECTED       /* wrong in itself, or its named issuer refuses it, or revoked */
};

struct trust_path {
    enum path_verdict verdict;
    const char *reason; /* "self-signed", "link", "issued", "no-issuer", "issuer-untrusted", "not-self-issued", ... */
    size_t issuer;      /* item that verifies it; its own for a root; NO_ITEM without */
};

/*
 * Finds the path of every item of the set and accepts its CRLs: those that verify under a trusted certification authority of
 * their country and have not been superseded by a newer one of the same issuer. Revoked certificates are rejected and make
 * no others trusted. A root is what is self-issued (issuer = subject), verifies under its own key and was not given as a link
 * certificate; neither the name nor the key alone makes one. Issuers speak for their own state only. `now` decides which CRLs are
 * current. NULL without memory; otherwise set->count paths, the caller's to free.
 */
struct trust_path *trust_paths_find(struct certificate_set *set, int64_t now);

/* The country a certification authority is found by: its subject's, or its issuer's where the subject names none. */
const char *anchor_country(const struct certificate *certificate);

/* NULL when nothing in the certificate keeps it from issuing others; else what does. Old CSCAs lack basicConstraints or key
 * usage; where they are, they must allow it. */
const char *issuing_refused(const struct certificate *certificate);

/* The accepted CRL that lists the certificate, NULL when none does (ICAO 9303-12 D.1.2.3): a current one of its own issuer's
 * name decides alone, otherwise any of its issuer's country, since a state's single list covers former names too. */
const struct imported_crl *crl_revoking(const struct certificate_set *set, const struct certificate *certificate,
                                        int64_t now);

/*
 * Does a master list's signer rest on an authority of the set that did not come with that list? Its index, or NO_ITEM.
 */
size_t list_signer_issuer(const struct certificate_set *set, const struct trust_path *paths, size_t list);

#endif
