/* What states publish of their CSCAs, out of whatever they publish it in: certificates, CRLs, master and deviation lists, in DER, PEM
 * and the LDIF of the ICAO directory; folders of these. */
#ifndef DOCREV_TRUST_IMPORT_CERTIFICATE_FILES_H
#define DOCREV_TRUST_IMPORT_CERTIFICATE_FILES_H

#include "crypto/hash.h"
#include "trust/certificate.h"
#include "trust/crl.h"
#include "trust/deviation_list.h"
#include "trust/master_list.h"

enum anchor_verdict {
    ANCHOR_UNDECIDED = 0,
    ANCHOR_SELF_SIGNED, /* a root: self-issued, and verifies under its own key */
    ANCHOR_LINK,        /* verifies under another anchor of the set: a state's key roll-over */
    ANCHOR_DUPLICATE,   /* the same key and name as another one that stays valid longer */
    ANCHOR_REJECTED     /* `why` says it */
};

#define NO_ITEM SIZE_MAX

struct imported_certificate {
    uint8_t *der; /* owned */
    size_t len;
    char *source;   /* owned: file it came from, with "#n" when it is the n-th thing in it */
    size_t list;    /* index of the master list it came in, or NO_ITEM */
    size_t first;   /* index of the first certificate of the set with the same octets: its own unless it came twice */
    bool link_only; /* given to vouch for a later key: never a root, whatever it is signed with */
    uint8_t sha256[HASH_SHA256_SIZE];
    enum dr_status read; /* what certificate_read said */
    struct certificate certificate;
    enum anchor_verdict verdict;
    const char *why;
};

struct imported_crl {
    uint8_t *der; /* owned */
    size_t len;
    char *source;        /* owned */
    enum dr_status read; /* what crl_read said: DR_OK or DR_ERR_UNSUPPORTED */
    struct crl crl;
    bool accepted; /* verifies under an anchor of its country (crls_select) */
    const char *why;
};

struct imported_list {
    uint8_t *der; /* owned */
    size_t len;
    char *source; /* owned */
    struct master_list list;
    struct certificate
        signer; /* the certificate inside that verifies it, its views into `der`; all zero when none does */
    enum dr_status signature; /* of the list under that certificate */
    size_t certificates;      /* how many it holds */
    bool signer_known;        /* its signer rests on an anchor of the set that did not come with it (anchors_select) */
};

/* A state's list of defects in documents it has issued. */
struct imported_deviations {
    uint8_t *der; /* owned */
    size_t len;
    char *source; /* owned */
    struct deviation_list list;
    struct certificate signer; /* inside the list, verifies it; all zero when none does */
    enum dr_status signature;  /* of the list under that certificate */
    int64_t signing_time;      /* 0 when it states none */
    bool accepted;             /* by a signer of deviation lists under an anchor of its state (deviations_select) */
    const char *why;
    size_t taken;    /* defects of it in the store, with the documents they are of */
    size_t left_out; /* for dates of issue alone, which no chip proves, or of a kind not known here */
};

struct certificate_set {
    struct imported_certificate *items;
    size_t count, capacity;
    struct imported_crl *crls;
    size_t crl_count, crl_capacity;
    struct imported_list *lists;
    size_t list_count, list_capacity;
    struct imported_deviations *deviations;
    size_t deviation_count, deviation_capacity;
    size_t files;         /* files looked at */
    bool links_only;      /* set by the caller: what is added from now on is link_only */
    bool deviations_only; /* likewise: nothing but deviation lists is taken */
    size_t *index;        /* of items by sha256; open addressing */
    size_t index_size;
};

/* Called for whatever cannot be taken, with what is wrong; `path` as the source of an item. */
typedef void (*certificate_complaint)(void *ctx, const char *path, const char *why);

/*
 * Adds what is in a file or, in the order of names, in each file of a folder and of the folders in it. What is wrong with one
 * thing is a complaint and never keeps the others out. DR_ERR_IO with errno when `path` itself cannot be read; DR_ERR_NO_SPACE.
 * A master list whose signature does not hold is kept as a list, but none of its certificates is.
 */
enum dr_status certificate_set_add(struct certificate_set *set, const char *path, certificate_complaint complain,
                                   void *ctx);
/* The same of octets in memory; `source` is how they are called. */
enum dr_status certificate_set_add_data(struct certificate_set *set, struct bytes data, const char *source,
                                        certificate_complaint complain, void *ctx);
void certificate_set_free(struct certificate_set *set);

#endif
