#include "trust_import/certificate_files.h"

#include "signing/atomic_file.h"
#include "trust/cms.h"
#include "trust/oid.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAX_FILE ((size_t)64 << 20)

static enum dr_status add_der(struct certificate_set *set, struct bytes der, const char *source)
{
    struct imported_certificate item = {.len = der.len};

    if (set->count == set->capacity) {
        size_t capacity = set->capacity == 0 ? 64 : 2 * set->capacity;
        struct imported_certificate *items = realloc(set->items, capacity * sizeof *items);
        if (items == NULL) {
            return DR_ERR_NO_SPACE;
        }
        set->items = items;
        set->capacity = capacity;
    }
    item.der = malloc(der.len);
    item.source = strdup(source);
    if (item.der == NULL || item.source == NULL) {
        free(item.der);
        free(item.source);
        return DR_ERR_NO_SPACE;
    }
    memcpy(item.der, der.data, der.len);
    item.read = certificate_read(bytes_of(item.der, item.len), &item.certificate);
    set->items[set->count++] = item;
    return DR_OK;
}

static enum dr_status add_pem(struct certificate_set *set, struct bytes text, const char *path)
{
    BIO *bio = BIO_new_mem_buf(text.data, (int)text.len);
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long len = 0;
    enum dr_status status = bio != NULL ? DR_OK : DR_ERR_NO_SPACE;
    size_t before = set->count;

    while (status == DR_OK && PEM_read_bio(bio, &name, &header, &der, &len) == 1) {
        if (strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0) {
            status = add_der(set, bytes_of(der, (size_t)len), path);
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    ERR_clear_error();
    BIO_free(bio);
    return status == DR_OK && set->count == before ? DR_ERR_NOT_FOUND : status;
}

/* CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate } (ICAO 9303-12 9.2). */
static enum dr_status add_certificate_list(struct certificate_set *set, struct bytes content, const char *path)
{
    struct der_reader outer = der_reader_of(content), list, certificates;
    struct der_item item;
    uint64_t version;
    enum dr_status status = der_enter(&outer, DER_SEQUENCE, &list);

    if (status == DR_OK) {
        status = der_uint64(&list, &version);
    }
    if (status == DR_OK) {
        status = der_enter(&list, DER_SET, &certificates);
    }
    while (status == DR_OK && !der_at_end(&certificates)) {
        status = der_expect(&certificates, DER_SEQUENCE, &item);
        if (status == DR_OK) {
            status = add_der(set, item.whole, path);
        }
    }
    return status;
}

/* A master list counts only when its own signer's certificate verifies it: who that signer is, the operator knows who names
 * the file. */
static bool master_list_intact(const struct cms *cms)
{
    struct bytes signers = cms->signer_infos, certificates, der;
    struct cms_signer signer;
    struct certificate certificate;

    while (cms_next_signer(&signers, &signer) == DR_OK) {
        certificates = cms->certificates;
        while (cms_next_certificate(&certificates, &der) == DR_OK) {
            if (certificate_read(der, &certificate) == DR_OK && cms_signer_is(&signer, &certificate) &&
                cms_verify(cms, &signer, &certificate.key) == DR_OK) {
                return true;
            }
        }
    }
    return false;
}

static enum dr_status add_content(struct certificate_set *set, struct bytes data, const char *path, const char **why)
{
    static const char pem[] = "-----BEGIN ";
    struct cms cms;
    struct der_reader reader = der_reader_of(data);
    struct der_item item;

    if (data.len > sizeof pem && memmem(data.data, data.len, pem, sizeof pem - 1) != NULL) {
        *why = "no certificate in the PEM text";
        return add_pem(set, data, path);
    }
    if (cms_read(data, &cms) == DR_OK) {
        *why = "a CMS that is no CSCA master list";
        if (!oid_is(cms.content_type, OID_CSCA_MASTER_LIST) || !cms.has_content) {
            return DR_ERR_UNSUPPORTED;
        }
        *why = "the master list's signature does not verify";
        if (!master_list_intact(&cms)) {
            return DR_ERR_SIGNATURE;
        }
        *why = "malformed master list";
        return add_certificate_list(set, cms.content, path);
    }
    *why = "neither a certificate nor a master list";
    if (der_expect(&reader, DER_SEQUENCE, &item) != DR_OK || !der_at_end(&reader)) {
        return DR_ERR_MALFORMED;
    }
    return add_der(set, data, path);
}

static enum dr_status add_file(struct certificate_set *set, const char *path, certificate_complaint complain, void *ctx)
{
    uint8_t *data = NULL;
    size_t len = 0;
    const char *why = "no memory";
    enum dr_status status = file_read_whole(path, MAX_FILE, &data, &len);

    if (status != DR_OK) {
        return DR_ERR_IO;
    }
    set->files++;
    if (add_content(set, bytes_of(data, len), path, &why) != DR_OK) {
        complain(ctx, path, why);
    }
    free(data);
    return DR_OK;
}

enum dr_status certificate_set_add(struct certificate_set *set, const char *path, certificate_complaint complain,
                                   void *ctx)
{
    struct stat info;
    struct dirent **entries = NULL;
    int count;
    enum dr_status status = DR_OK;

    if (stat(path, &info) != 0) {
        return DR_ERR_IO;
    }
    if (!S_ISDIR(info.st_mode)) {
        return add_file(set, path, complain, ctx);
    }
    count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        return DR_ERR_IO;
    }
    for (int i = 0; i < count; i++) {
        char *file = NULL;
        if (status == DR_OK && entries[i]->d_name[0] != '.' &&
            asprintf(&file, "%s/%s", path, entries[i]->d_name) >= 0) {
            if (stat(file, &info) == 0 && S_ISREG(info.st_mode)) {
                status = add_file(set, file, complain, ctx);
            }
            free(file);
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}

void certificate_set_free(struct certificate_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        free(set->items[i].der);
        free(set->items[i].source);
    }
    free(set->items);
    *set = (struct certificate_set){0};
}
