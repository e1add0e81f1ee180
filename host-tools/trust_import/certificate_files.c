#include "trust_import/certificate_files.h"

#include "signing/atomic_file.h"
#include "trust/oid.h"
#include "trust_import/ldif.h"

#include <errno.h>
#include <fts.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>

#define MAX_FILE ((size_t)1 << 30)
#define SOD_TAG 0x77U /* EF.SOD's template (ICAO 9303-10 4.6.2) */

static const char not_deviations[] = "not a deviation list";

/* One addition: where it goes, how it is called, to whom is complained. */
struct addition {
    struct certificate_set *set;
    const char *path;
    size_t place; /* n-th thing of a container; 0 outside of one */
    certificate_complaint complain;
    void *ctx;
    enum dr_status status; /* DR_ERR_NO_SPACE ends it all */
};

static char *source_of(const struct addition *addition)
{
    char *source = NULL;

    if (addition->place == 0) {
        return strdup(addition->path);
    }
    return asprintf(&source, "%s#%zu", addition->path, addition->place) >= 0 ? source : NULL;
}

static void complain(const struct addition *addition, const char *why)
{
    char *source = source_of(addition);

    addition->complain(addition->ctx, source != NULL ? source : addition->path, why);
    free(source);
}

/* Room for one more of `size` octets each; false without memory. */
static bool make_room(void **items, size_t count, size_t *capacity, size_t size)
{
    size_t more = *capacity == 0 ? 64 : 2 * *capacity;
    void *grown;

    if (count < *capacity) {
        return true;
    }
    grown = realloc(*items, more * size);
    if (grown != NULL) {
        *items = grown;
        *capacity = more;
    }
    return grown != NULL;
}

/* Copies what an item owns; false without memory. */
static bool own(const struct addition *addition, struct bytes der, uint8_t **copy, char **source)
{
    *copy = malloc(der.len);
    *source = source_of(addition);
    if (*copy == NULL || *source == NULL) {
        free(*copy);
        free(*source);
        return false;
    }
    memcpy(*copy, der.data, der.len);
    return true;
}

/* Where in the index this digest stands or would stand. */
static size_t find_slot(const struct certificate_set *set, const uint8_t digest[HASH_SHA256_SIZE])
{
    size_t slot = get_be32(digest) % set->index_size;

    while (set->index[slot] != NO_ITEM && memcmp(set->items[set->index[slot]].sha256, digest, HASH_SHA256_SIZE) != 0) {
        slot = (slot + 1U) % set->index_size;
    }
    return slot;
}

static bool grow_index(struct certificate_set *set)
{
    size_t size = set->index_size == 0 ? 256 : 4 * set->index_size;

    if (set->index_size > 2 * set->count) {
        return true;
    }
    free(set->index);
    set->index = malloc(size * sizeof *set->index);
    set->index_size = set->index != NULL ? size : 0;
    for (size_t i = 0; i < set->index_size; i++) {
        set->index[i] = NO_ITEM;
    }
    for (size_t i = 0; set->index != NULL && i < set->count; i++) {
        if (set->items[i].first == i) {
            set->index[find_slot(set, set->items[i].sha256)] = i;
        }
    }
    return set->index != NULL;
}

static void add_certificate(struct addition *addition, struct bytes der, size_t list)
{
    struct certificate_set *set = addition->set;
    struct imported_certificate item = {
        .len = der.len, .list = list, .first = set->count, .link_only = set->links_only};
    size_t slot;

    if (!grow_index(set) || !make_room((void **)&set->items, set->count, &set->capacity, sizeof *set->items) ||
        hash_compute(HASH_SHA256, der, item.sha256) != DR_OK || !own(addition, der, &item.der, &item.source)) {
        addition->status = DR_ERR_NO_SPACE;
        return;
    }
    slot = find_slot(set, item.sha256);
    if (set->index[slot] == NO_ITEM) {
        set->index[slot] = set->count;
    }
    item.first = set->index[slot];
    if (!item.link_only && item.first < set->count) {
        set->items[item.first].link_only = false; /* given as an anchor as well */
    }
    item.read = certificate_read(bytes_of(item.der, item.len), &item.certificate);
    set->items[set->count++] = item;
}

static bool add_crl(struct addition *addition, struct bytes der)
{
    struct certificate_set *set = addition->set;
    struct imported_crl item = {.len = der.len};

    item.read = crl_read(der, &item.crl);
    if (item.read != DR_OK && item.read != DR_ERR_UNSUPPORTED) {
        return false;
    }
    if (!make_room((void **)&set->crls, set->crl_count, &set->crl_capacity, sizeof *set->crls) ||
        !own(addition, der, &item.der, &item.source)) {
        addition->status = DR_ERR_NO_SPACE;
        return true;
    }
    item.read = crl_read(bytes_of(item.der, item.len), &item.crl);
    set->crls[set->crl_count++] = item;
    return true;
}

/* A master list is taken apart only when its signature holds; who its signer is, the verdicts say (trust_audit.h). */
static void add_list(struct addition *addition, struct bytes der)
{
    struct certificate_set *set = addition->set;
    struct imported_list item = {.len = der.len}, *kept;
    struct addition inner = *addition;
    struct bytes rest, certificate;
    size_t place = 0;
    enum dr_status status;

    if (!make_room((void **)&set->lists, set->list_count, &set->list_capacity, sizeof *set->lists) ||
        !own(addition, der, &item.der, &item.source)) {
        addition->status = DR_ERR_NO_SPACE;
        return;
    }
    kept = &set->lists[set->list_count];
    *kept = item;
    set->list_count++;
    (void)master_list_read(bytes_of(kept->der, kept->len), &kept->list); /* succeeded on the same octets */
    kept->signature = master_list_verify(&kept->list, &kept->signer);
    if (kept->signature != DR_OK) {
        complain(addition, kept->signature == DR_ERR_UNTRUSTED ? "the master list names no master list signer inside it"
                           : kept->signature == DR_ERR_UNSUPPORTED
                               ? "the master list is signed with an algorithm that is not supported"
                               : "the master list's signature does not verify");
        return;
    }
    inner.path = kept->source;
    rest = kept->list.certificates;
    while (inner.status == DR_OK && (status = master_list_next(&rest, &certificate)) != DR_ERR_NOT_FOUND) {
        inner.place = ++place;
        if (status != DR_OK) {
            complain(&inner, "malformed: the rest of the master list is left out");
            break;
        }
        add_certificate(&inner, certificate, set->list_count - 1U);
    }
    set->lists[set->list_count - 1U].certificates = place;
    addition->status = inner.status;
}

/* The signing time of the SignerInfo that this certificate belongs to; 0 without one. */
static int64_t signing_time(const struct cms *cms, const struct certificate *signer)
{
    struct bytes rest = cms->signer_infos;
    struct cms_signer info;

    while (cms_next_signer(&rest, &info) == DR_OK) {
        if (cms_signer_is(&info, signer) && info.has_signing_time) {
            return info.signing_time;
        }
    }
    return 0;
}

/* Every entry is well-formed: a list that can be read in part only is not taken at all. */
static bool deviations_whole(const struct deviation_list *list)
{
    struct bytes rest = list->deviations, inner, number;
    struct deviation deviation;
    enum deviation_kind kind;
    uint32_t parameter;
    enum dr_status status;

    while ((status = deviation_list_next(&rest, &deviation)) == DR_OK) {
        inner = deviation.descriptions;
        do {
            status = deviation_next_description(&inner, &kind, &parameter);
        } while (status == DR_OK || status == DR_ERR_UNSUPPORTED);
        if (status != DR_ERR_NOT_FOUND) {
            return false;
        }
        inner = deviation.numbers;
        do {
            status = deviation_next_number(&inner, &number);
        } while (status == DR_OK);
        if (status != DR_ERR_NOT_FOUND) {
            return false;
        }
    }
    return status == DR_ERR_NOT_FOUND;
}

static void add_deviations(struct addition *addition, struct bytes der)
{
    struct certificate_set *set = addition->set;
    struct imported_deviations item = {.len = der.len}, *kept;

    if (deviation_list_read(der, &item.list) != DR_OK || !deviations_whole(&item.list)) {
        complain(addition, "malformed deviation list");
        return;
    }
    if (!make_room((void **)&set->deviations, set->deviation_count, &set->deviation_capacity,
                   sizeof *set->deviations) ||
        !own(addition, der, &item.der, &item.source)) {
        addition->status = DR_ERR_NO_SPACE;
        return;
    }
    kept = &set->deviations[set->deviation_count++];
    *kept = item;
    (void)deviation_list_read(bytes_of(kept->der, kept->len), &kept->list); /* succeeded on the same octets */
    kept->signature = deviation_list_verify(&kept->list, &kept->signer);
    kept->signing_time = signing_time(&kept->list.cms, &kept->signer);
}

/* The document signers' certificates inside an EF.SOD. */
static void add_sod(struct addition *addition, const struct cms *cms)
{
    struct bytes rest = cms->certificates, certificate;
    struct addition inner = *addition;
    size_t place = 0;

    while (inner.status == DR_OK && cms_next_certificate(&rest, &certificate) == DR_OK) {
        inner.place = ++place;
        add_certificate(place == 1 ? addition : &inner, certificate, NO_ITEM);
    }
    if (place == 0) {
        complain(addition, "an EF.SOD without certificate");
    }
    addition->status = addition->status != DR_OK ? addition->status : inner.status;
}

static void add_cms(struct addition *addition, struct bytes der, const struct cms *cms)
{
    struct master_list list;

    if (oid_is(cms->content_type, OID_DEVIATION_LIST)) {
        add_deviations(addition, der);
    } else if (addition->set->deviations_only) {
        complain(addition, not_deviations);
    } else if (oid_is(cms->content_type, OID_LDS_SECURITY_OBJECT)) {
        add_sod(addition, cms);
    } else if (!oid_is(cms->content_type, OID_CSCA_MASTER_LIST)) {
        complain(addition, "a CMS that is neither master list, deviation list nor EF.SOD");
    } else if (master_list_read(der, &list) != DR_OK) {
        complain(addition, "malformed master list");
    } else {
        add_list(addition, der);
    }
}

/* A CMS whose content comes in pieces: a copy of it with one. */
static void add_pieces(struct addition *addition, struct bytes der)
{
    struct cms cms;
    uint8_t *copy = malloc(der.len);

    if (copy == NULL) {
        addition->status = DR_ERR_NO_SPACE;
        return;
    }
    memcpy(copy, der.data, der.len);
    if (cms_flatten(copy, der.len) == DR_OK && cms_read_ber(bytes_of(copy, der.len), &cms) == DR_OK && !cms.in_pieces) {
        add_cms(addition, bytes_of(copy, der.len), &cms);
    } else {
        complain(addition, "a CMS in pieces that cannot be joined");
    }
    free(copy);
}

/* One thing in DER; CMS in BER as well. */
static void add_der(struct addition *addition, struct bytes der)
{
    struct der_reader reader = der_reader_of(der);
    struct certificate certificate;
    struct der_item item;
    struct cms cms;
    enum dr_status status;

    if (der_peek(&reader) == SOD_TAG && der_next(&reader, &item) == DR_OK) {
        der = item.value;
        reader = der_reader_of(der);
    }
    status = cms_read_ber(der, &cms);
    if (status == DR_OK && cms.in_pieces) {
        add_pieces(addition, der);
        return;
    }
    if (status == DR_OK) {
        add_cms(addition, der, &cms);
        return;
    }
    if (addition->set->deviations_only) {
        complain(addition, not_deviations);
        return;
    }
    if (der_expect(&reader, DER_SEQUENCE, &item) != DR_OK) {
        complain(addition, "neither certificate, CRL nor master list");
        return;
    }
    if (!der_at_end(&reader)) {
        complain(addition, "octets behind its end");
        return;
    }
    status = certificate_read(der, &certificate);
    if (status == DR_OK || status == DR_ERR_UNSUPPORTED || !add_crl(addition, der)) {
        add_certificate(addition, der, NO_ITEM);
    }
}

static bool is_ours(const char *label)
{
    static const char *const labels[] = {PEM_STRING_X509, PEM_STRING_X509_OLD, PEM_STRING_X509_CRL, PEM_STRING_CMS,
                                         PEM_STRING_PKCS7};

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (strcmp(label, labels[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void add_pem(struct addition *addition, struct bytes text)
{
    BIO *bio = BIO_new_mem_buf(text.data, (int)text.len);
    struct addition inner = *addition;
    size_t found = 0;

    while (bio != NULL && inner.status == DR_OK) {
        char *label = NULL, *header = NULL;
        unsigned char *der = NULL;
        long len = 0;
        int taken = PEM_read_bio(bio, &label, &header, &der, &len);
        if (taken != 1 && (BIO_eof(bio) || ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE)) {
            ERR_clear_error();
            break;
        }
        inner.place++;
        if (taken != 1) {
            ERR_clear_error();
            found++;
            complain(&inner, "malformed PEM");
        } else if (is_ours(label)) {
            found++;
            add_der(&inner, bytes_of(der, (size_t)len));
        }
        OPENSSL_free(label);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    BIO_free(bio);
    if (bio == NULL) {
        inner.status = DR_ERR_NO_SPACE;
    } else if (found == 0) {
        complain(addition, "no certificate in the PEM text");
    }
    addition->status = inner.status;
}

static void add_ldif(struct addition *addition, struct bytes text)
{
    struct ldif ldif = ldif_of(text);
    struct addition inner = *addition;
    struct bytes value;
    enum dr_status status = DR_OK;

    while (inner.status == DR_OK && (status = ldif_next(&ldif, &value)) != DR_ERR_NOT_FOUND) {
        inner.place++;
        if (status == DR_OK) {
            add_der(&inner, value);
        } else if (status == DR_ERR_MALFORMED) {
            complain(&inner, "malformed base64");
        } else {
            inner.status = status;
        }
    }
    if (inner.place == 0) {
        complain(addition, "no certificate in the LDIF");
    }
    ldif_free(&ldif);
    addition->status = inner.status;
}

static bool is_text(struct bytes data)
{
    return data.data[0] != DER_SEQUENCE && data.data[0] != SOD_TAG;
}

static void add_data(struct addition *addition, struct bytes data)
{
    static const char pem[] = "-----BEGIN ";

    if (data.len == 0) {
        complain(addition, "an empty file");
    } else if (is_text(data) && data.len <= INT32_MAX && memmem(data.data, data.len, pem, sizeof pem - 1) != NULL) {
        add_pem(addition, data);
    } else if (is_text(data) && ldif_is(data)) {
        add_ldif(addition, data);
    } else {
        add_der(addition, data);
    }
}

enum dr_status certificate_set_add_data(struct certificate_set *set, struct bytes data, const char *source,
                                        certificate_complaint complaint, void *ctx)
{
    struct addition addition = {.set = set, .path = source, .complain = complaint, .ctx = ctx};

    add_data(&addition, data);
    return addition.status;
}

/* DR_ERR_IO when it cannot be read. */
static enum dr_status add_file(struct certificate_set *set, const char *path, certificate_complaint complaint,
                               void *ctx)
{
    uint8_t *data = NULL;
    size_t len = 0;
    enum dr_status status = file_read_whole(path, MAX_FILE, &data, &len);

    if (status != DR_OK) {
        return DR_ERR_IO;
    }
    set->files++;
    status = certificate_set_add_data(set, bytes_of(data, len), path, complaint, ctx);
    free(data);
    return status;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* One entry of the walk; DR_ERR_IO only for what was named itself. */
static enum dr_status add_entry(struct certificate_set *set, FTS *walk, FTSENT *entry, certificate_complaint complaint,
                                void *ctx)
{
    bool named = entry->fts_level == FTS_ROOTLEVEL;
    enum dr_status status = DR_OK;

    switch (entry->fts_info) {
    case FTS_F:
        if (named || entry->fts_name[0] != '.') {
            status = add_file(set, entry->fts_path, complaint, ctx);
        }
        break;
    case FTS_D:
        if (!named && entry->fts_name[0] == '.') {
            (void)fts_set(walk, entry, FTS_SKIP);
        }
        break;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
    case FTS_SLNONE:
        errno = entry->fts_errno != 0 ? entry->fts_errno : ENOENT;
        status = DR_ERR_IO;
        break;
    case FTS_DEFAULT: /* a pipe or device, which only an operator can mean */
        status = named ? add_file(set, entry->fts_path, complaint, ctx) : DR_OK;
        break;
    default: /* FTS_DP, FTS_DC: seen already */
        break;
    }
    if (status == DR_ERR_IO && !named) {
        complaint(ctx, entry->fts_path, strerror(errno));
        status = DR_OK;
    }
    return status;
}

enum dr_status certificate_set_add(struct certificate_set *set, const char *path, certificate_complaint complaint,
                                   void *ctx)
{
    char *name = strdup(path);
    char *const names[] = {name, NULL};
    FTS *walk = name != NULL ? fts_open(names, FTS_LOGICAL | FTS_NOCHDIR, by_name) : NULL;
    enum dr_status status = walk != NULL ? DR_OK : DR_ERR_IO;
    FTSENT *entry;

    while (status == DR_OK && (entry = fts_read(walk)) != NULL) {
        status = add_entry(set, walk, entry, complaint, ctx);
    }
    if (walk != NULL) {
        int error = errno;
        (void)fts_close(walk);
        errno = error;
    }
    free(name);
    return status;
}

void certificate_set_free(struct certificate_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        free(set->items[i].der);
        free(set->items[i].source);
    }
    for (size_t i = 0; i < set->crl_count; i++) {
        free(set->crls[i].der);
        free(set->crls[i].source);
    }
    for (size_t i = 0; i < set->list_count; i++) {
        free(set->lists[i].der);
        free(set->lists[i].source);
    }
    for (size_t i = 0; i < set->deviation_count; i++) {
        free(set->deviations[i].der);
        free(set->deviations[i].source);
    }
    free(set->deviations);
    free(set->items);
    free(set->crls);
    free(set->lists);
    free(set->index);
    *set = (struct certificate_set){0};
}
