/* Certificates out of whatever states publish them in: DER, PEM, CSCA master lists, folders of these. */
#ifndef DOCREV_TRUST_IMPORT_CERTIFICATE_FILES_H
#define DOCREV_TRUST_IMPORT_CERTIFICATE_FILES_H

#include "trust/certificate.h"

enum anchor_verdict {
    ANCHOR_UNDECIDED = 0,
    ANCHOR_SELF_SIGNED, /* verifies under its own key */
    ANCHOR_LINK,        /* verifies under another anchor of the set: a state's key roll-over */
    ANCHOR_DUPLICATE,   /* the same key and name as another one that stays valid longer */
    ANCHOR_REJECTED     /* `why` says it */
};

struct imported_certificate {
    uint8_t *der; /* owned */
    size_t len;
    char *source;        /* owned: file it came from */
    enum dr_status read; /* what certificate_read said */
    struct certificate certificate;
    enum anchor_verdict verdict;
    const char *why;
};

struct certificate_set {
    struct imported_certificate *items;
    size_t count, capacity;
    size_t files; /* files looked at */
};

/* Called for a file that holds no certificate, with what is wrong. */
typedef void (*certificate_complaint)(void *ctx, const char *path, const char *why);

/* Adds what is in a file or, in the order of names, in each file of a folder. DR_ERR_IO with errno when `path` cannot be
 * read; what is wrong with one file of a folder is a complaint and no failure. */
enum dr_status certificate_set_add(struct certificate_set *set, const char *path, certificate_complaint complain,
                                   void *ctx);
void certificate_set_free(struct certificate_set *set);

#endif
