#include "issuer/cms.h"

#include "util/der.h"

#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OID_DATA "1.2.840.113549.1.7.1"
#define OID_SIGNED_DATA "1.2.840.113549.1.7.2"
#define OID_CONTENT_TYPE "1.2.840.113549.1.9.3"
#define OID_MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define OID_SIGNING_TIME "1.2.840.113549.1.9.5"
#define OID_RSA "1.2.840.113549.1.1.1"
#define OID_PSS "1.2.840.113549.1.1.10"
#define OID_MGF1 "1.2.840.113549.1.1.8"
#define DEPTH 200U
#define OID_NOWHERE "1.3.6.1.4.1.99999.7"

struct job {
    struct vault *vault;
    const struct dsc *dsc;
    X509 *certificate;
    EVP_PKEY *key;
    enum cms_oddity oddity;
    const char *type;
    struct slice content;
};

static void check(bool ok)
{
    if (!ok) {
        die("OpenSSL: a file cannot be signed");
    }
}

static const char *digest_name(const struct job *job)
{
    return job->oddity == CMS_DIGEST_MD5 ? "MD5" : job->dsc->digest;
}

static const char *digest_oid(const char *digest)
{
    static const struct {
        const char *name, *oid;
    } rows[] = {{"MD5", "1.2.840.113549.2.5"},        {"SHA1", "1.3.14.3.2.26"},
                {"SHA224", "2.16.840.1.101.3.4.2.4"}, {"SHA256", "2.16.840.1.101.3.4.2.1"},
                {"SHA384", "2.16.840.1.101.3.4.2.2"}, {"SHA512", "2.16.840.1.101.3.4.2.3"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].name, digest) == 0) {
            return rows[i].oid;
        }
    }
    die("%s: no such hash", digest);
}

static void append_algorithm(struct buffer *out, const char *oid, bool null)
{
    struct buffer content = {0};
    der_oid(&content, oid);
    if (null) {
        tlv_append(&content, 0x05, (struct slice){0});
    }
    der_wrap(out, 0x30, &content);
}

static void append_digest_algorithm(const struct job *job, struct buffer *out)
{
    append_algorithm(out, job->oddity == CMS_DIGEST_UNKNOWN ? OID_NOWHERE : digest_oid(digest_name(job)),
                     job->oddity == CMS_DIGEST_NULL);
}

static int salt_len(const struct job *job)
{
    return job->oddity == CMS_PSS_SALT_64  ? 64
           : job->oddity == CMS_PSS_SALT_0 ? 0
                                           : EVP_MD_get_size(EVP_get_digestbyname(digest_name(job)));
}

/* RSASSA-PSS-params (RFC 4055 3.1). */
static void append_pss(const struct job *job, struct buffer *out)
{
    struct buffer content = {0};
    struct buffer parameters = {0};
    struct buffer part = {0};
    struct buffer mgf = {0};
    const char *hash = digest_oid(digest_name(job));
    append_algorithm(&part, hash, true);
    der_wrap(&parameters, 0xA0, &part);
    der_oid(&mgf, OID_MGF1);
    append_algorithm(&mgf, hash, true);
    der_wrap(&part, 0x30, &mgf);
    der_wrap(&parameters, 0xA1, &part);
    der_integer(&part, (unsigned)salt_len(job));
    der_wrap(&parameters, 0xA2, &part);
    der_oid(&content, OID_PSS);
    der_wrap(&content, 0x30, &parameters);
    der_wrap(out, 0x30, &content);
}

static void append_signature_algorithm(const struct job *job, struct buffer *out)
{
    char oid[32];
    const char *digest = digest_name(job);
    bool rsa = EVP_PKEY_is_a(job->key, "RSA");
    if (job->oddity == CMS_DIGEST_MISMATCH) {
        digest = strcmp(digest, "SHA512") == 0 ? "SHA256" : "SHA512";
    }
    if (job->dsc->pss) {
        append_pss(job, out);
        return;
    }
    unsigned bits = (unsigned)strtoul(digest + 3, NULL, 10);
    if (rsa && job->oddity == CMS_RSA_OID) {
        append_algorithm(out, OID_RSA, true);
    } else if (rsa) {
        unsigned arc = bits == 5 ? 4 : bits == 1 ? 5 : bits == 224 ? 14 : bits == 256 ? 11 : bits == 384 ? 12 : 13;
        snprintf(oid, sizeof(oid), "1.2.840.113549.1.1.%u", arc);
        append_algorithm(out, oid, true);
    } else if (bits == 1) {
        append_algorithm(out, "1.2.840.10045.4.1", false);
    } else {
        snprintf(oid, sizeof(oid), "1.2.840.10045.4.3.%u", bits == 224 ? 1U : bits == 256 ? 2U : bits == 384 ? 3U : 4U);
        append_algorithm(out, oid, false);
    }
}

static void hash(const struct job *job, struct slice data, struct buffer *out)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    check(EVP_Digest(data.data, data.len, digest, &len, EVP_get_digestbyname(digest_name(job)), NULL) == 1);
    buffer_append(out, digest, len);
}

/* -- Signed attributes -- */

static void add_attribute(struct der_set *set, const char *type, uint32_t tag, struct slice value)
{
    struct buffer content = {0};
    struct buffer values = {0};
    der_oid(&content, type);
    tlv_append(&values, tag, value);
    der_wrap(&content, 0x31, &values);
    der_wrap(der_set_add(set), 0x30, &content);
}

static void add_message_digest(const struct job *job, struct der_set *set, bool wrong)
{
    struct buffer digest = {0};
    hash(job, job->content, &digest);
    digest.data[0] ^= wrong ? 0x01 : 0x00;
    add_attribute(set, OID_MESSAGE_DIGEST, 0x04, buffer_view(&digest));
    buffer_free(&digest);
}

static void add_content_type(const struct job *job, struct der_set *set)
{
    struct buffer oid = {0};
    der_oid(&oid, job->oddity == CMS_CONTENT_TYPE ? OID_NOWHERE : job->type);
    add_attribute(set, OID_CONTENT_TYPE, 0x06, (struct slice){oid.data + 2, oid.len - 2});
    buffer_free(&oid);
}

/* As a SET OF, tag 31: what is signed. */
static void signed_attributes(const struct job *job, bool sorted, struct buffer *out)
{
    char text[32];
    struct der_set set = {0};
    /* Signed on the day of issue, within the key's usage period: not when the simulator happens to run. */
    int len = snprintf(text, sizeof(text), "%02d0215120000Z", (job->vault->year + job->dsc->from_years) % 100);
    if (job->oddity != CMS_NO_MESSAGE_DIGEST) {
        add_message_digest(job, &set, job->oddity == CMS_MESSAGE_DIGEST);
    }
    if (job->oddity == CMS_TWO_MESSAGE_DIGESTS) {
        add_message_digest(job, &set, true);
    }
    add_attribute(&set, OID_SIGNING_TIME, 0x17, (struct slice){(const uint8_t *)text, (size_t)len});
    if (job->oddity != CMS_NO_CONTENT_TYPE) {
        add_content_type(job, &set);
    }
    if (job->oddity == CMS_EXTRA_ATTRIBUTE) {
        add_attribute(&set, OID_NOWHERE, 0x0C, (struct slice){(const uint8_t *)"of no standard", 14});
    }
    der_set_write(&set, 0x31, sorted, out);
}

/* -- The signature -- */

static void add_ecdsa_oddity(const struct job *job, struct buffer *signature)
{
    static const uint8_t zeros[] = {0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00};
    struct buffer content = {0};
    struct tlv outer, r, s;
    switch (job->oddity) {
    case CMS_SIGNATURE_ZERO:
        signature->len = 0;
        buffer_append(signature, zeros, sizeof(zeros));
        return;
    case CMS_SIGNATURE_TRAILING:
        buffer_append(signature, "\x05\x00", 2);
        return;
    case CMS_SIGNATURE_ORDER: {
        BIGNUM *order = NULL;
        uint8_t octets[67] = {0};
        check(EVP_PKEY_get_bn_param(job->key, "order", &order) == 1);
        int len = BN_bn2bin(order, octets + 1);
        BN_free(order);
        size_t skip = octets[1] < 0x80 ? 1 : 0;
        tlv_append(&content, 0x02, (struct slice){octets + skip, (size_t)len + 1 - skip});
        der_integer(&content, 1);
        break;
    }
    case CMS_PADDED_INTEGERS: {
        struct slice rest = buffer_view(signature);
        check(tlv_next(&rest, &outer) && tlv_next(&outer.value, &r) && tlv_next(&outer.value, &s));
        const struct slice integers[] = {r.value, s.value};
        for (size_t i = 0; i < 2; i++) {
            tlv_append_header(&content, 0x02, integers[i].len + 1);
            buffer_append_byte(&content, 0);
            buffer_append(&content, integers[i].data, integers[i].len);
        }
        break;
    }
    default:
        return;
    }
    signature->len = 0;
    der_wrap(signature, 0x30, &content);
}

static void sign(const struct job *job, struct slice data, struct buffer *signature)
{
    uint8_t octets[1024];
    size_t len = sizeof(octets);
    EVP_PKEY_CTX *parameters = NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    check(ctx != NULL &&
          EVP_DigestSignInit(ctx, &parameters, EVP_get_digestbyname(digest_name(job)), NULL, job->key) == 1);
    if (job->dsc->pss) {
        check(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt_len(job)) == 1);
    }
    check(EVP_DigestSign(ctx, octets, &len, data.data, data.len) == 1);
    EVP_MD_CTX_free(ctx);
    if (job->oddity != CMS_SIGNATURE_EMPTY) {
        buffer_append(signature, octets, len);
        add_ecdsa_oddity(job, signature);
    }
}

/* -- Who signed -- */

static void reverse_name(struct slice name, bool utf8, bool reversed, struct buffer *out)
{
    struct slice parts[8];
    size_t count = 0;
    struct buffer content = {0};
    struct tlv outer, part;
    check(tlv_next(&name, &outer));
    while (count < 8 && tlv_next(&outer.value, &part)) {
        parts[count++] = part.whole;
    }
    for (size_t i = 0; i < count; i++) {
        struct slice one = parts[reversed ? count - 1 - i : i];
        size_t at = content.len;
        buffer_append(&content, one.data, one.len);
        /* SET { SEQUENCE { OID of three octets, string } }: countryName stays a PrintableString. */
        if (utf8 && content.data[at + 8] != 0x06) {
            content.data[at + 9] = 0x0C;
        }
    }
    der_wrap(out, 0x30, &content);
}

static void append_sid(const struct job *job, struct buffer *out)
{
    struct buffer content = {0};
    uint8_t *der = NULL;
    if (job->oddity == CMS_KEY_ID) {
        const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(job->certificate);
        check(id != NULL);
        tlv_append(out, 0x80, (struct slice){ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id)});
        return;
    }
    int len = i2d_X509_NAME(X509_get_issuer_name(job->certificate), &der);
    check(len > 0);
    reverse_name((struct slice){der, (size_t)len}, job->oddity == CMS_STRING_TYPE, job->oddity == CMS_NAME_ORDER,
                 &content);
    OPENSSL_free(der);
    der = NULL;
    len = i2d_ASN1_INTEGER(X509_get0_serialNumber(job->certificate), &der);
    check(len > 0);
    size_t at = content.len;
    buffer_append(&content, der, (size_t)len);
    content.data[at + (size_t)len - 1] ^= job->oddity == CMS_SID_UNKNOWN ? 0x01 : 0x00;
    OPENSSL_free(der);
    der_wrap(out, 0x30, &content);
}

static void append_signer_info(const struct job *job, struct buffer *out)
{
    struct buffer content = {0};
    struct buffer attributes = {0};
    struct buffer signature = {0};
    if (job->oddity == CMS_NO_SIGNER) {
        return;
    }
    der_integer(&content, job->oddity == CMS_VERSION ? 9 : job->oddity == CMS_KEY_ID ? 3 : 1);
    append_sid(job, &content);
    append_digest_algorithm(job, &content);
    if (job->oddity != CMS_NO_ATTRIBUTES) {
        signed_attributes(job, job->oddity != CMS_UNSORTED, &attributes);
        sign(job, buffer_view(&attributes), &signature);
        attributes.data[0] = 0xA0; /* [0] IMPLICIT */
        buffer_append(&content, attributes.data, attributes.len);
    } else {
        sign(job, job->content, &signature);
    }
    append_signature_algorithm(job, &content);
    tlv_append(&content, 0x04, buffer_view(&signature));
    if (job->oddity == CMS_UNSIGNED) {
        struct der_set set = {0};
        add_attribute(&set, OID_NOWHERE, 0x0C, (struct slice){(const uint8_t *)"of no standard", 14});
        der_set_write(&set, 0xA1, true, &content);
    }
    der_wrap(out, 0x30, &content);
    buffer_free(&attributes);
    buffer_free(&signature);
}

/* -- The whole -- */

static void append_certificate(X509 *certificate, struct buffer *out)
{
    uint8_t *der = NULL;
    int len = i2d_X509(certificate, &der);
    check(len > 0);
    buffer_append(out, der, (size_t)len);
    OPENSSL_free(der);
}

static void append_certificates(const struct job *job, struct buffer *out)
{
    struct buffer content = {0};
    switch (job->oddity) {
    case CMS_NO_CERTIFICATE:
        return;
    case CMS_OTHER_CERTIFICATE:
        append_certificate(dsc_certificate(job->vault, DSC_BRAINPOOL), &content);
        break;
    case CMS_CERTIFICATE_GARBAGE:
        tlv_append(&content, 0x30, (struct slice){(const uint8_t *)"\x30\x7F certificate", 14});
        break;
    case CMS_TWO_CERTIFICATES:
        append_certificate(csca_certificate(job->vault, job->dsc->csca), &content);
        append_certificate(job->certificate, &content);
        break;
    default:
        append_certificate(job->certificate, &content);
        break;
    }
    der_wrap(out, 0xA0, &content);
}

static void append_encapsulated(const struct job *job, struct buffer *out)
{
    struct buffer content = {0};
    struct buffer wrapped = {0};
    if (job->oddity == CMS_DEEP) {
        struct buffer nested = {0};
        for (unsigned i = 0; i < DEPTH; i++) {
            der_wrap(&nested, 0x30, &content);
            content = nested;
            nested = (struct buffer){0};
        }
    } else {
        der_oid(&content, job->type);
    }
    if (job->oddity != CMS_NO_CONTENT) {
        tlv_append_header(&wrapped, 0x04, job->content.len + (job->oddity == CMS_LENGTH_LIES ? 4096 : 0));
        buffer_append(&wrapped, job->content.data, job->content.len);
        der_wrap(&content, 0xA0, &wrapped);
    }
    der_wrap(out, 0x30, &content);
}

/* Lengths 80 and end-of-contents octets around what the signature does not cover. */
static void wrap_indefinite(struct buffer *out, uint8_t tag, struct buffer *content)
{
    buffer_append_byte(out, tag);
    buffer_append_byte(out, 0x80);
    buffer_append(out, content->data, content->len);
    buffer_append(out, "\0\0", 2);
    buffer_free(content);
}

void cms_sign(struct vault *vault, enum dsc_id signer, enum cms_oddity oddity, const char *type, struct slice content,
              struct buffer *der)
{
    struct job job = {.vault = vault, .dsc = dsc_row(signer), .oddity = oddity, .type = type, .content = content};
    struct buffer body = {0};
    struct buffer part = {0};
    struct buffer whole = {0};
    job.certificate = dsc_certificate(vault, signer);
    job.key = vault_key(vault, job.dsc->name, job.dsc->key);
    if (oddity == CMS_TYPE_DATA) {
        job.type = OID_DATA;
    } else if (oddity == CMS_TYPE_BE) {
        job.type = "1.3.27.1.1.1";
    } else if (oddity == CMS_TYPE_NL) {
        job.type = "1.2.528.1.1006.1.20.1";
    } else if (oddity == CMS_WRONG_TYPE) {
        job.type = OID_NOWHERE;
    }
    der_integer(&body, 3);
    append_digest_algorithm(&job, &part);
    der_wrap(&body, 0x31, &part);
    append_encapsulated(&job, &body);
    append_certificates(&job, &body);
    append_signer_info(&job, &part);
    der_wrap(&body, 0x31, &part);

    der_oid(&whole, oddity == CMS_NOT_SIGNED_DATA ? OID_DATA : OID_SIGNED_DATA);
    if (oddity == CMS_INDEFINITE) {
        wrap_indefinite(&part, 0x30, &body);
        wrap_indefinite(&whole, 0xA0, &part);
        wrap_indefinite(der, 0x30, &whole);
    } else {
        der_wrap(&part, 0x30, &body);
        der_wrap(&whole, 0xA0, &part);
        der_wrap(der, 0x30, &whole);
    }
}
