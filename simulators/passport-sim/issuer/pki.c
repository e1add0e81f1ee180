#include "issuer/pki.h"

#include "util/tlv.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define COUNTRY "UT" /* countryName of Utopia, the ICAO's specimen state UTO */

static void check(bool ok)
{
    if (!ok) {
        die("OpenSSL: a certificate cannot be made");
    }
}

static void set_time(ASN1_TIME *time, int year, const char *day)
{
    char text[32];
    snprintf(text, sizeof(text), "%04d%s000000Z", year, day);
    check(ASN1_TIME_set_string_X509(time, text) == 1);
}

static void set_name(X509_NAME *name, const char *country, const char *organisation, const char *common)
{
    check(X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const uint8_t *)country, -1, -1, 0) == 1);
    check(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const uint8_t *)organisation, -1, -1, 0) == 1);
    check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)common, -1, -1, 0) == 1);
}

static void set_serial(X509 *certificate)
{
    uint8_t octets[8];
    check(RAND_bytes(octets, sizeof(octets)) == 1);
    octets[0] = (uint8_t)((octets[0] & 0x3F) | 0x40); /* positive, always eight octets */
    BIGNUM *number = BN_bin2bn(octets, sizeof(octets), NULL);
    check(number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL);
    BN_free(number);
}

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    check(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/* An extension by its identifier and DER content; frees the content. */
static void add_raw_extension(X509 *certificate, const char *oid, struct buffer *der)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    check(object != NULL && value != NULL && ASN1_OCTET_STRING_set(value, der->data, (int)der->len) == 1);
    X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, object, 0, value);
    check(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
    buffer_free(der);
}

/* Issuer or subject alternative name: the three-letter code of the MRZ as localityName (9303-12 7.1.1.2). */
static void add_alternative_name(X509 *certificate, const char *oid, const char *country)
{
    uint8_t locality[] = {0x06, 0x03, 0x55, 0x04, 0x07, 0x13, 0x03, 'U', 'T', 'O'};
    struct buffer attribute = {0};
    struct buffer set = {0};
    struct buffer name = {0};
    struct buffer general = {0};
    struct buffer der = {0};
    memcpy(locality + 7, strcmp(country, COUNTRY) == 0 ? "UTO" : "XXB", 3);
    tlv_append(&attribute, 0x30, (struct slice){locality, sizeof(locality)});
    tlv_append(&set, 0x31, buffer_view(&attribute));
    tlv_append(&name, 0x30, buffer_view(&set));
    tlv_append(&general, 0xA4, buffer_view(&name));
    tlv_append(&der, 0x30, buffer_view(&general));
    buffer_free(&attribute);
    buffer_free(&set);
    buffer_free(&name);
    buffer_free(&general);
    add_raw_extension(certificate, oid, &der);
}

/* privateKeyUsagePeriod (9303-12 7.1.1.1). */
static void add_usage_period(X509 *certificate, int from_year, const char *from_day, int to_year, const char *to_day)
{
    char text[32];
    struct buffer content = {0};
    struct buffer der = {0};
    snprintf(text, sizeof(text), "%04d%s000000Z", from_year, from_day);
    tlv_append(&content, 0x80, (struct slice){(const uint8_t *)text, strlen(text)});
    snprintf(text, sizeof(text), "%04d%s000000Z", to_year, to_day);
    tlv_append(&content, 0x81, (struct slice){(const uint8_t *)text, strlen(text)});
    tlv_append(&der, 0x30, buffer_view(&content));
    buffer_free(&content);
    add_raw_extension(certificate, "2.5.29.16", &der);
}

/* documentTypeList: passports and cards, or visas only (9303-12 7.1.1.6). */
static void add_document_types(X509 *certificate, bool others)
{
    const uint8_t content[] = {
        0x02, 0x01, 0x00, 0x31, 0x06, 0x13, 0x01, others ? 'V' : 'I', 0x13, 0x01, others ? 'W' : 'P'};
    struct buffer der = {0};
    tlv_append(&der, 0x30, (struct slice){content, sizeof(content)});
    add_raw_extension(certificate, "2.23.136.1.1.6.2", &der);
}

static void sign_certificate(X509 *certificate, EVP_PKEY *key, const char *digest, bool pss)
{
    EVP_PKEY_CTX *parameters = NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    check(ctx != NULL && EVP_DigestSignInit(ctx, &parameters, EVP_get_digestbyname(digest), NULL, key) == 1);
    if (pss) {
        check(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    check(X509_sign_ctx(certificate, ctx) > 0);
    EVP_MD_CTX_free(ctx);
}

static X509 *begin_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    check(certificate != NULL && X509_set_version(certificate, X509_VERSION_3) == 1 &&
          X509_set_pubkey(certificate, key) == 1);
    set_serial(certificate);
    return certificate;
}

static const char *country_of(const struct csca *row)
{
    return row->country != NULL ? row->country : COUNTRY;
}

static EVP_PKEY *csca_key(struct vault *vault, enum csca_id id)
{
    return vault_key(vault, csca_row(id)->name, csca_row(id)->key);
}

/* An octet string extension of another's value: key identifiers that a forger copies. */
static void copy_key_id(X509 *certificate, X509 *from)
{
    struct buffer der = {0};
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(from);
    check(id != NULL);
    tlv_append(&der, 0x04, (struct slice){ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id)});
    add_raw_extension(certificate, "2.5.29.14", &der);
}

/* A CSCA certificate of `id` under the key of `issuer`: the same, or the one before. */
static X509 *make_csca(struct vault *vault, enum csca_id id, enum csca_id issuer)
{
    const struct csca *row = csca_row(id);
    X509 *certificate = begin_certificate(csca_key(vault, id));
    X509 *issuer_certificate = issuer == id ? certificate : csca_certificate(vault, issuer);
    set_name(X509_get_subject_name(certificate), country_of(row), "Utopia Passport Office", row->common_name);
    check(X509_set_issuer_name(certificate, X509_get_subject_name(issuer_certificate)) == 1);
    /* Signs for five years, and the last document signed so lives ten more and its signer's three months. */
    set_time(X509_getm_notBefore(certificate), vault->year - 4, "0101");
    set_time(X509_getm_notAfter(certificate), vault->year + 12, "0401");
    if (id == CSCA_FORGER_KEY_ID) {
        copy_key_id(certificate, csca_certificate(vault, CSCA_RSA));
    } else {
        add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    }
    add_extension(certificate, issuer_certificate, NID_authority_key_identifier, "keyid:always");
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_usage_period(certificate, vault->year - 4, "0101", vault->year + 1, "0101");
    add_alternative_name(certificate, "2.5.29.17", country_of(row));
    add_alternative_name(certificate, "2.5.29.18", country_of(row));
    add_extension(certificate, certificate, NID_crl_distribution_points, "URI:https://csca.utopia.example/utopia.crl");
    sign_certificate(certificate, csca_key(vault, issuer), csca_row(issuer)->digest, csca_row(issuer)->pss);
    return certificate;
}

X509 *csca_certificate(struct vault *vault, enum csca_id id)
{
    X509 *certificate = vault_certificate(vault, csca_row(id)->name);
    if (certificate == NULL) {
        certificate = make_csca(vault, id, id);
        vault_keep_certificate(vault, csca_row(id)->name, certificate);
    }
    return certificate;
}

X509 *link_certificate(struct vault *vault, enum csca_id id)
{
    char name[64];
    if (id != CSCA_REKEYED && id != CSCA_RENAMED && id != CSCA_FORGER_LINK) {
        return NULL;
    }
    snprintf(name, sizeof(name), "link-%s", csca_row(id)->name);
    X509 *certificate = vault_certificate(vault, name);
    if (certificate == NULL) {
        certificate = make_csca(vault, id, CSCA_RSA);
        if (id == CSCA_FORGER_LINK) { /* the old key did not sign this */
            sign_certificate(certificate, csca_key(vault, id), csca_row(id)->digest, csca_row(id)->pss);
        }
        vault_keep_certificate(vault, name, certificate);
    }
    return certificate;
}

static void set_dsc_names(X509 *certificate, X509 *issuer, const struct dsc *row)
{
    const struct csca *csca = csca_row(row->csca);
    const char *country = (row->oddities & ODD_COUNTRY) != 0 ? "XA" : country_of(csca);
    if (row->csca == CSCA_OTHER_STATE) {
        country = country_of(csca);
    }
    set_name(X509_get_subject_name(certificate), country, "Utopia Passport Office", row->name);
    if ((row->oddities & ODD_ISSUER_NAME) != 0) {
        set_name(X509_get_issuer_name(certificate), COUNTRY, "Passport Office of Utopia", "csca utopia");
    } else {
        check(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
    }
}

static void add_wrong_aki(X509 *certificate)
{
    static const uint8_t content[] = {0x80, 0x04, 0xDE, 0xAD, 0xBE, 0xEF};
    struct buffer der = {0};
    tlv_append(&der, 0x30, (struct slice){content, sizeof(content)});
    add_raw_extension(certificate, "2.5.29.35", &der);
}

static void add_critical(X509 *certificate)
{
    struct buffer der = {0};
    tlv_append(&der, 0x05, (struct slice){0});
    add_raw_extension(certificate, "1.3.6.1.4.1.99999.3", &der);
    X509_EXTENSION *last = X509_get_ext(certificate, X509_get_ext_count(certificate) - 1);
    check(X509_EXTENSION_set_critical(last, 1) == 1);
}

static void add_dsc_extensions(X509 *certificate, X509 *issuer, const struct dsc *row, int from)
{
    char usage[64];
    if ((row->oddities & ODD_WRONG_AKI) != 0) {
        add_wrong_aki(certificate);
    } else if ((row->oddities & ODD_NO_AKI) == 0) {
        add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
    }
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    if (row->key_usage != NULL) {
        snprintf(usage, sizeof(usage), "critical,%s", row->key_usage);
        add_extension(certificate, issuer, NID_key_usage, usage);
    }
    add_usage_period(certificate, from, "0101", from, "0401");
    add_alternative_name(certificate, "2.5.29.17", country_of(csca_row(row->csca)));
    add_alternative_name(certificate, "2.5.29.18", country_of(csca_row(row->csca)));
    add_document_types(certificate, (row->oddities & ODD_TYPES) != 0);
    add_extension(certificate, issuer, NID_crl_distribution_points, "URI:https://csca.utopia.example/utopia.crl");
    if ((row->oddities & ODD_CA) != 0) {
        add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
    }
    if ((row->oddities & ODD_EKU) != 0) {
        add_extension(certificate, issuer, NID_ext_key_usage, "critical,serverAuth");
    }
    if ((row->oddities & ODD_CRITICAL) != 0) {
        add_critical(certificate);
    }
}

/* Changes the certificate's octets after it was signed. OpenSSL offers no such thing: it is read back. */
static X509 *spoil(X509 *certificate, unsigned oddities)
{
    uint8_t *der = NULL;
    int len = i2d_X509(certificate, &der);
    check(len > 0);
    if ((oddities & ODD_SIGNATURE) != 0) {
        der[len - 1] ^= 0x01;
    }
    if ((oddities & ODD_ALGORITHMS) != 0) { /* the outer sha256WithRSAEncryption, the last one, becomes sha512With... */
        static const uint8_t oid[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B};
        uint8_t *found = NULL;
        for (int i = 0; i + (int)sizeof(oid) <= len; i++) {
            found = memcmp(der + i, oid, sizeof(oid)) == 0 ? der + i : found;
        }
        if (found == NULL) {
            die("a certificate without sha256WithRSAEncryption");
        }
        found[8] = 0x0D;
    }
    const uint8_t *at = der;
    X509 *read = d2i_X509(NULL, &at, len);
    check(read != NULL);
    OPENSSL_free(der);
    X509_free(certificate);
    return read;
}

X509 *dsc_certificate(struct vault *vault, enum dsc_id id)
{
    const struct dsc *row = dsc_row(id);
    const struct csca *csca = csca_row(row->csca);
    X509 *certificate = vault_certificate(vault, row->name);
    if (certificate != NULL) {
        return certificate;
    }
    bool under_dsc = (row->oddities & ODD_UNDER_DSC) != 0;
    X509 *issuer = under_dsc ? dsc_certificate(vault, DSC_P256) : csca_certificate(vault, row->csca);
    EVP_PKEY *issuer_key =
        under_dsc ? vault_key(vault, dsc_row(DSC_P256)->name, dsc_row(DSC_P256)->key) : csca_key(vault, row->csca);
    certificate = begin_certificate(vault_key(vault, row->name, row->key));
    set_dsc_names(certificate, issuer, row);
    int from = vault->year + row->from_years;
    set_time(X509_getm_notBefore(certificate), from, row->from_day);
    set_time(X509_getm_notAfter(certificate), vault->year + row->to_years, row->to_day);
    if ((row->oddities & ODD_V1) != 0) {
        check(X509_set_version(certificate, X509_VERSION_1) == 1);
    } else {
        add_dsc_extensions(certificate, issuer, row, from);
    }
    sign_certificate(certificate, issuer_key, (row->oddities & ODD_MD5) != 0 ? "MD5" : csca->digest, csca->pss);
    if ((row->oddities & (ODD_SIGNATURE | ODD_ALGORITHMS)) != 0) {
        certificate = spoil(certificate, row->oddities);
    }
    vault_keep_certificate(vault, row->name, certificate);
    return certificate;
}
