/* Certificate revocation lists (ICAO 9303-12 7.1.4). */
#include "issuer/pki.h"

#include <openssl/x509v3.h>

static void check(bool ok)
{
    if (!ok) {
        die("OpenSSL: a revocation list cannot be made");
    }
}

static void revoke(X509_CRL *crl, X509 *certificate, ASN1_TIME *when)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    check(entry != NULL && X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate)) == 1 &&
          X509_REVOKED_set_revocationDate(entry, when) == 1 && X509_CRL_add0_revoked(crl, entry) == 1);
}

static void add_crl_extensions(X509_CRL *crl, X509 *issuer)
{
    X509V3_CTX ctx;
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
    X509_EXTENSION *aki = X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier, "keyid:always");
    check(aki != NULL && X509_CRL_add_ext(crl, aki, -1) == 1 && number != NULL && ASN1_INTEGER_set(number, 1) == 1 &&
          X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) == 1);
    X509_EXTENSION_free(aki);
    ASN1_INTEGER_free(number);
}

void crl_issue(struct vault *vault, enum csca_id id, struct buffer *der)
{
    uint8_t *octets = NULL;
    X509 *issuer = csca_certificate(vault, id);
    EVP_PKEY *key = vault_key(vault, csca_row(id)->name, csca_row(id)->key);
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = X509_gmtime_adj(NULL, -3600);
    ASN1_TIME *to = X509_gmtime_adj(NULL, 90L * 24 * 3600); /* a new one at least every 90 days (4.1.5) */
    check(crl != NULL && from != NULL && to != NULL && X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
          X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)) == 1 &&
          X509_CRL_set1_lastUpdate(crl, from) == 1 && X509_CRL_set1_nextUpdate(crl, to) == 1);
    for (unsigned signer = 0; signer < DSC_COUNT; signer++) {
        if (dsc_row((enum dsc_id)signer)->revoked &&
            id == CSCA_RSA) { /* the state's: one list for all its certificates */
            revoke(crl, dsc_certificate(vault, (enum dsc_id)signer), from);
        }
    }
    if (id == CSCA_REVOKED) {
        revoke(crl, issuer, from);
    }
    add_crl_extensions(crl, issuer);
    check(X509_CRL_sort(crl) == 1 && X509_CRL_sign(crl, key, EVP_get_digestbyname(csca_row(id)->digest)) > 0);
    int len = i2d_X509_CRL(crl, &octets);
    check(len > 0);
    buffer_append(der, octets, (size_t)len);
    OPENSSL_free(octets);
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    X509_CRL_free(crl);
}
