#include "signing/cms_sign.h"

#include "codec/der_write.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>

#define MAX_ITEMS 32U

/* SHA-256 without parameters (RFC 5754 2.2). */
static const uint8_t sha256_algorithm[] = {0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48,
                                           0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

void cms_buffer_free(struct cms_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct cms_buffer){0};
}

/* Elements of a SET OF: DER wants them in ascending order of their encodings (X.690 11.6). */
struct set {
    struct bytes items[MAX_ITEMS];
    size_t count;
};

static int compare_items(const void *a, const void *b)
{
    const struct bytes *x = a, *y = b;
    int order = memcmp(x->data, y->data, x->len < y->len ? x->len : y->len);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static enum dr_status set_add(struct set *set, struct bytes item)
{
    for (size_t i = 0; i < set->count; i++) {
        if (bytes_equal(set->items[i], item)) {
            return DR_OK;
        }
    }
    if (set->count == MAX_ITEMS) {
        return DR_ERR_TOO_LARGE;
    }
    set->items[set->count++] = item;
    qsort(set->items, set->count, sizeof set->items[0], compare_items);
    return DR_OK;
}

static enum dr_status set_add_all(struct set *set, struct bytes encoded)
{
    struct der_reader reader = der_reader_of(encoded);
    struct der_item item;
    enum dr_status status = DR_OK;

    while (status == DR_OK && !der_at_end(&reader)) {
        status = der_next(&reader, &item);
        if (status == DR_OK) {
            status = set_add(set, item.whole);
        }
    }
    return status;
}

static size_t set_size(const struct set *set)
{
    size_t size = 0;

    for (size_t i = 0; i < set->count; i++) {
        size += set->items[i].len;
    }
    return size;
}

static void set_write(struct der_writer *writer, uint8_t tag, const struct set *set)
{
    size_t mark = der_write_open(writer, tag);

    for (size_t i = 0; i < set->count; i++) {
        der_write_raw(writer, set->items[i]);
    }
    der_write_close(writer, mark);
}

/* ContentInfo with SignedData (RFC 5652 3, 5.1). Version 3: the content is none of id-data's. */
static enum dr_status assemble(struct bytes type, struct bytes content, const struct set *certificates,
                               const struct set *signers, struct cms_buffer *out)
{
    size_t capacity = content.len + set_size(certificates) + set_size(signers) + 256U;
    struct der_writer writer;
    size_t info, explicit, data, mark, inner;
    enum dr_status status;

    *out = (struct cms_buffer){.data = malloc(capacity)};
    if (out->data == NULL) {
        return DR_ERR_NO_SPACE;
    }
    der_write_begin(&writer, out->data, capacity);
    info = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OID, oid_octets(OID_SIGNED_DATA));
    explicit = der_write_open(&writer, DER_CONTEXT(0));
    data = der_write_open(&writer, DER_SEQUENCE);
    der_write_uint64(&writer, 3);
    mark = der_write_open(&writer, DER_SET);
    if (signers->count > 0) {
        der_write_raw(&writer, bytes_of(sha256_algorithm, sizeof sha256_algorithm));
    }
    der_write_close(&writer, mark);
    mark = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OID, type);
    inner = der_write_open(&writer, DER_CONTEXT(0));
    der_write_item(&writer, DER_OCTET_STRING, content);
    der_write_close(&writer, inner);
    der_write_close(&writer, mark);
    if (certificates->count > 0) {
        set_write(&writer, DER_CONTEXT(0), certificates);
    }
    set_write(&writer, DER_SET, signers);
    der_write_close(&writer, data);
    der_write_close(&writer, explicit);
    der_write_close(&writer, info);
    status = der_write_finish(&writer, &out->len);
    if (status != DR_OK) {
        cms_buffer_free(out);
    }
    return status;
}

enum dr_status cms_create(enum oid_id type, struct bytes content, struct cms_buffer *out)
{
    const struct set none = {.count = 0};

    return assemble(oid_octets(type), content, &none, &none, out);
}

/* A SignedData with our signature alone, made by OpenSSL over the content. */
static enum dr_status sign_alone(const struct cms *cms, const struct officer_key *key, uint8_t **der, int *len)
{
    enum { FLAGS = CMS_BINARY | CMS_NOSMIMECAP | CMS_USE_KEYID | CMS_NOCERTS | CMS_PARTIAL };
    uint8_t oid[64] = {DER_OID, (uint8_t)cms->content_type.len};
    const uint8_t *at = oid;
    BIO *content = BIO_new_mem_buf(cms->content.data, (int)cms->content.len);
    CMS_ContentInfo *made = CMS_sign(NULL, NULL, NULL, content, FLAGS);
    ASN1_OBJECT *type = NULL;
    enum dr_status status = DR_ERR_CRYPTO;

    if (cms->content_type.len > sizeof oid - 2 || made == NULL) {
        goto out;
    }
    memcpy(oid + 2, cms->content_type.data, cms->content_type.len);
    type = d2i_ASN1_OBJECT(NULL, &at, (long)cms->content_type.len + 2);
    if (type == NULL || CMS_set1_eContentType(made, type) != 1 ||
        CMS_add1_signer(made, key->x509, key->private_key, EVP_sha256(), FLAGS) == NULL ||
        CMS_final(made, content, NULL, FLAGS) != 1) {
        goto out;
    }
    *len = i2d_CMS_ContentInfo(made, der);
    status = *len > 0 ? DR_OK : DR_ERR_CRYPTO;
out:
    ERR_clear_error();
    ASN1_OBJECT_free(type);
    CMS_ContentInfo_free(made);
    BIO_free(content);
    return status;
}

static enum dr_status check_not_signed(const struct cms *cms, const struct officer_key *key, const char **why)
{
    struct bytes rest = cms->signer_infos;
    struct cms_signer signer;
    enum dr_status status;

    while ((status = cms_next_signer(&rest, &signer)) != DR_ERR_NOT_FOUND) {
        if (status == DR_OK && signer.by_key_id && bytes_equal(signer.key_id, key->certificate.subject_key_id)) {
            *why = "a signature by this key is there already";
            return DR_ERR_STATE;
        }
        if (status != DR_OK && status != DR_ERR_UNSUPPORTED) {
            *why = "it holds a malformed signature";
            return status;
        }
    }
    return DR_OK;
}

/* The firmware's code has the last word on what was made. */
static enum dr_status verify_ours(const struct cms_buffer *made, const struct officer_key *key)
{
    struct cms cms;
    struct cms_signer signer;
    struct bytes rest;
    enum dr_status status = cms_read(bytes_of(made->data, made->len), &cms);

    if (status != DR_OK) {
        return status;
    }
    rest = cms.signer_infos;
    while ((status = cms_next_signer(&rest, &signer)) != DR_ERR_NOT_FOUND) {
        if (status == DR_OK && signer.by_key_id && bytes_equal(signer.key_id, key->certificate.subject_key_id)) {
            return cms_verify(&cms, &signer, &key->certificate.key);
        }
    }
    return status;
}

enum dr_status cms_add_signature(const struct cms *cms, const struct officer_key *key, size_t limit,
                                 struct cms_buffer *out, const char **why)
{
    struct set *certificates = calloc(1, sizeof *certificates), *signers = calloc(1, sizeof *signers);
    uint8_t *der = NULL;
    int len = 0;
    struct cms alone;
    enum dr_status status = check_not_signed(cms, key, why);

    *out = (struct cms_buffer){0};
    if (status != DR_OK) {
        goto out;
    }
    *why = "the signature could not be made";
    status = certificates == NULL || signers == NULL ? DR_ERR_NO_SPACE : sign_alone(cms, key, &der, &len);
    if (status == DR_OK) {
        status = cms_read(bytes_of(der, (size_t)len), &alone);
    }
    if (status == DR_OK) {
        status = set_add_all(signers, cms->signer_infos);
    }
    if (status == DR_OK) {
        status = set_add_all(signers, alone.signer_infos);
    }
    if (status == DR_OK) {
        status = set_add_all(certificates, cms->certificates);
    }
    if (status == DR_OK) {
        status = set_add(certificates, key->certificate.whole);
    }
    if (status == DR_OK) {
        status = assemble(cms->content_type, cms->content, certificates, signers, out);
    }
    if (status == DR_OK && out->len > limit) {
        cms_buffer_free(out);
        certificates->count = 0;
        status = assemble(cms->content_type, cms->content, certificates, signers, out);
    }
    if (status == DR_OK && out->len > limit) {
        *why = "too many signatures: devices would not take it";
        status = DR_ERR_TOO_LARGE;
    }
    if (status == DR_OK) {
        status = verify_ours(out, key);
    }
out:
    if (status != DR_OK) {
        cms_buffer_free(out);
    }
    OPENSSL_free(der);
    free(certificates);
    free(signers);
    return status;
}
