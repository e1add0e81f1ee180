/* Certificates and CRLs made with OpenSSL in a folder of their own, for the tests of this room. */
#ifndef DOCREV_TESTS_TRUST_IMPORT_MADE_H
#define DOCREV_TESTS_TRUST_IMPORT_MADE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "signing/atomic_file.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define DAY 86400L

struct made {
    EVP_PKEY *key;
    X509 *x509;
};

static char folder[] = "/tmp/docrev-test-XXXXXX";

static inline int enter_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static inline int leave_folder(void **state)
{
    char command[64];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

/* A certificate of `country`, signed by `issuer` (NULL: by itself), written to `file`. */
static inline struct made make(const char *file, const char *country, const char *name, const struct made *issuer,
                               EVP_PKEY *key, const char *constraints, long days)
{
    static long serial = 1;
    struct made made = {.key = key != NULL ? key : EVP_EC_gen("P-256"), .x509 = X509_new()};
    X509_NAME *subject = X509_get_subject_name(made.x509);
    X509V3_CTX context;
    X509_EXTENSION *extension;
    uint8_t *der = NULL;
    int len;

    if (key != NULL) {
        EVP_PKEY_up_ref(key);
    }
    X509_set_version(made.x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.x509), days * DAY);
    if (country != NULL) {
        X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_ASC, (const unsigned char *)country, -1, -1, 0);
    }
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made.x509, issuer != NULL ? X509_get_subject_name(issuer->x509) : subject);
    X509_set_pubkey(made.x509, made.key);
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, made.x509, made.x509, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, NID_subject_key_identifier, "hash");
    X509_add_ext(made.x509, extension, -1);
    X509_EXTENSION_free(extension);
    if (constraints != NULL) {
        extension = X509V3_EXT_conf_nid(NULL, &context, NID_basic_constraints, constraints);
        X509_add_ext(made.x509, extension, -1);
        X509_EXTENSION_free(extension);
    }
    assert_true(X509_sign(made.x509, issuer != NULL ? issuer->key : made.key, EVP_sha256()) > 0);
    len = i2d_X509(made.x509, &der);
    assert_true(len > 0);
    assert_int_equal(atomic_file_write(file, bytes_of(der, (size_t)len), false), DR_OK);
    OPENSSL_free(der);
    return made;
}

static inline void drop(struct made *made)
{
    EVP_PKEY_free(made->key);
    X509_free(made->x509);
}

static inline void count_complaint(void *ctx, const char *path, const char *why)
{
    (void)path;
    assert_non_null(why);
    ++*(unsigned *)ctx;
}

/* A CRL of `issuer` that lists these serial numbers (ended by -1), valid from now + `from` to now + `to` days. */
static inline void make_crl(const char *file, const struct made *issuer, const long *serials, long from, long to)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *time = X509_gmtime_adj(NULL, from * DAY);
    uint8_t *der = NULL;
    int len;

    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->x509));
    X509_CRL_set1_lastUpdate(crl, time);
    X509_gmtime_adj(time, to * DAY);
    X509_CRL_set1_nextUpdate(crl, time);
    for (size_t i = 0; serials[i] >= 0; i++) {
        X509_REVOKED *revoked = X509_REVOKED_new();
        ASN1_INTEGER *serial = ASN1_INTEGER_new();
        ASN1_INTEGER_set(serial, serials[i]);
        X509_REVOKED_set_serialNumber(revoked, serial);
        X509_gmtime_adj(time, 0);
        X509_REVOKED_set_revocationDate(revoked, time);
        X509_CRL_add0_revoked(crl, revoked);
        ASN1_INTEGER_free(serial);
    }
    X509_CRL_sort(crl);
    assert_true(X509_CRL_sign(crl, issuer->key, EVP_sha256()) > 0);
    len = i2d_X509_CRL(crl, &der);
    assert_true(len > 0);
    assert_int_equal(atomic_file_write(file, bytes_of(der, (size_t)len), false), DR_OK);
    OPENSSL_free(der);
    ASN1_TIME_free(time);
    X509_CRL_free(crl);
}

static inline long serial_of(const struct made *made)
{
    return ASN1_INTEGER_get(X509_get_serialNumber(made->x509));
}

#endif
