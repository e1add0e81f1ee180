#include "issuer/pki.h"

#include "util/tlv.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define COUNTRY "UT" /* countryName of Utopia, the ICAO's specimen state UTO */

static const struct csca cscas[CSCA_COUNT] = {
    [CSCA_RSA] = {"csca-rsa4096", "rsa:4096", "SHA256", "CSCA Utopia", .published = true},
    [CSCA_PSS] = {"csca-rsa3072-pss", "rsa:3072", "SHA256", "CSCA Utopia II", .pss = true, .published = true},
    [CSCA_BRAINPOOL] = {"csca-brainpoolP384r1", "ec:brainpoolP384r1", "SHA384", "CSCA Utopia III", .published = true},
    [CSCA_P521] = {"csca-p521", "ec:P-521", "SHA512", "CSCA Utopia IV", .published = true},
    [CSCA_REKEYED] = {"csca-rekeyed", "rsa:3072", "SHA256", "CSCA Utopia"},
    [CSCA_RENAMED] = {"csca-renamed", "ec:brainpoolP256r1", "SHA256", "CSCA Utopia V"},
    [CSCA_FORGER] = {"csca-forger", "rsa:3072", "SHA256", "CSCA Utopia"},
    [CSCA_FORGER_KEY_ID] = {"csca-forger-key-id", "rsa:2048", "SHA256", "CSCA Utopia"},
    [CSCA_FORGER_LINK] = {"csca-forger-link", "rsa:2048", "SHA256", "CSCA Utopia VI"},
    [CSCA_REVOKED] = {"csca-revoked", "ec:P-256", "SHA256", "CSCA Utopia VII", .published = true},
    [CSCA_OTHER_STATE] = {"csca-other-state", "ec:P-256", "SHA256", "CSCA Sample", .country = "XB", .published = true},
};

/* A document signer signs for three months and its documents live ten years (9303-12 4.1.2). */
#define SIGNS_THREE_MONTHS .from_years = -1, .from_day = "0101", .to_years = 9, .to_day = "0401"
#define DIGITAL_SIGNATURE .key_usage = "digitalSignature"
#define SIGNER(name_, key_, digest_, csca_, ...)                                                                       \
    {                                                                                                                  \
        .name = (name_), .key = (key_), .digest = (digest_), .csca = (csca_), DIGITAL_SIGNATURE, SIGNS_THREE_MONTHS,   \
        __VA_ARGS__                                                                                                    \
    }

static const struct dsc dscs[DSC_COUNT] = {
    [DSC_P256] = SIGNER("dsc-p256", "ec:P-256", "SHA256", CSCA_RSA, .pss = false),
    [DSC_PSS] = SIGNER("dsc-rsa2048-pss", "rsa:2048", "SHA256", CSCA_PSS, .pss = true),
    [DSC_BRAINPOOL] = SIGNER("dsc-brainpoolP256r1", "ec:brainpoolP256r1", "SHA256", CSCA_BRAINPOOL, .pss = false),
    [DSC_EXPIRED] = {"dsc-expired", "ec:P-256", "SHA256", .csca = CSCA_RSA, DIGITAL_SIGNATURE, .from_years = -3,
                     .from_day = "0101", .to_years = -1, .to_day = "0630"},
    [DSC_FORGER] = SIGNER("dsc-forger", "ec:P-256", "SHA256", CSCA_FORGER, .pss = false),
    [DSC_CA_KEY_USAGE] = {"dsc-key-usage", "ec:P-256", "SHA256", .csca = CSCA_RSA, .key_usage = "keyCertSign,cRLSign",
                          SIGNS_THREE_MONTHS},
    [DSC_RSA_SHA1] = SIGNER("dsc-rsa2048-sha1", "rsa:2048", "SHA1", CSCA_RSA, .group_digest = "SHA1"),
    [DSC_RSA_SHA512] = SIGNER("dsc-rsa3072-sha512", "rsa:3072", "SHA256", CSCA_RSA, .group_digest = "SHA512"),
    [DSC_P384] = SIGNER("dsc-p384", "ec:P-384", "SHA384", CSCA_P521, .pss = false),
    [DSC_P521] = SIGNER("dsc-p521", "ec:P-521", "SHA512", CSCA_P521, .pss = false),
    [DSC_BRAINPOOL512] = SIGNER("dsc-brainpoolP512r1", "ec:brainpoolP512r1", "SHA512", CSCA_BRAINPOOL, .pss = false),
    [DSC_NAMED_CURVE] = SIGNER("dsc-named-curve", "named:P-256", "SHA256", CSCA_RSA, .pss = false),
    [DSC_NO_AKI] = SIGNER("dsc-no-aki", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_NO_AKI),
    [DSC_BY_KEY_ID] = SIGNER("dsc-by-key-id", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_ISSUER_NAME),
    [DSC_REKEYED] = SIGNER("dsc-rekeyed", "ec:P-256", "SHA256", CSCA_REKEYED, .pss = false),
    [DSC_RENAMED] = SIGNER("dsc-renamed", "ec:P-256", "SHA256", CSCA_RENAMED, .pss = false),
    [DSC_REVOKED] = SIGNER("dsc-revoked", "ec:P-256", "SHA256", CSCA_RSA, .revoked = true),
    [DSC_UNDER_REVOKED] = SIGNER("dsc-under-revoked", "ec:P-256", "SHA256", CSCA_REVOKED, .pss = false),
    [DSC_FORGER_KEY_ID] = SIGNER("dsc-forger-key-id", "ec:P-256", "SHA256", CSCA_FORGER_KEY_ID, .pss = false),
    [DSC_FORGER_LINK] = SIGNER("dsc-forger-link", "ec:P-256", "SHA256", CSCA_FORGER_LINK, .pss = false),
    [DSC_NOT_YET] = {"dsc-not-yet", "ec:P-256", "SHA256", .csca = CSCA_RSA, DIGITAL_SIGNATURE, .from_years = 2,
                     .from_day = "0101", .to_years = 11, .to_day = "0401"},
    [DSC_NO_KEY_USAGE] = {"dsc-no-key-usage", "ec:P-256", "SHA256", .csca = CSCA_RSA, SIGNS_THREE_MONTHS},
    [DSC_IS_CA] = SIGNER("dsc-is-ca", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_CA),
    [DSC_EKU] = SIGNER("dsc-eku", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_EKU),
    [DSC_CRITICAL] = SIGNER("dsc-critical", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_CRITICAL),
    [DSC_SPOILT] = SIGNER("dsc-spoilt", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_SIGNATURE),
    [DSC_ALGORITHMS] = SIGNER("dsc-algorithms", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_ALGORITHMS),
    [DSC_MD5] = SIGNER("dsc-md5", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_MD5),
    [DSC_SMALL_KEY] = SIGNER("dsc-rsa768", "rsa:768", "SHA256", CSCA_RSA, .pss = false),
    [DSC_OTHER_COUNTRY] = SIGNER("dsc-other-country", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_COUNTRY),
    [DSC_OTHER_TYPES] = SIGNER("dsc-other-types", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_TYPES),
    [DSC_WRONG_AKI] = SIGNER("dsc-wrong-aki", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_WRONG_AKI),
    [DSC_V1] = SIGNER("dsc-v1", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_V1),
    [DSC_UNDER_DSC] = SIGNER("dsc-under-dsc", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_UNDER_DSC),
    [DSC_OTHER_STATE] = SIGNER("dsc-other-state", "ec:P-256", "SHA256", CSCA_OTHER_STATE, .oddities = ODD_COUNTRY),
};

const struct csca *csca_row(enum csca_id id)
{
    return &cscas[id];
}

const struct dsc *dsc_row(enum dsc_id id)
{
    return &dscs[id];
}

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
    return vault_key(vault, cscas[id].name, cscas[id].key);
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
    const struct csca *row = &cscas[id];
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
    sign_certificate(certificate, csca_key(vault, issuer), cscas[issuer].digest, cscas[issuer].pss);
    return certificate;
}

X509 *csca_certificate(struct vault *vault, enum csca_id id)
{
    X509 *certificate = vault_certificate(vault, cscas[id].name);
    if (certificate == NULL) {
        certificate = make_csca(vault, id, id);
        vault_keep_certificate(vault, cscas[id].name, certificate);
    }
    return certificate;
}

X509 *link_certificate(struct vault *vault, enum csca_id id)
{
    char name[64];
    if (id != CSCA_REKEYED && id != CSCA_RENAMED && id != CSCA_FORGER_LINK) {
        return NULL;
    }
    snprintf(name, sizeof(name), "link-%s", cscas[id].name);
    X509 *certificate = vault_certificate(vault, name);
    if (certificate == NULL) {
        certificate = make_csca(vault, id, CSCA_RSA);
        if (id == CSCA_FORGER_LINK) { /* the old key did not sign this */
            sign_certificate(certificate, csca_key(vault, id), cscas[id].digest, cscas[id].pss);
        }
        vault_keep_certificate(vault, name, certificate);
    }
    return certificate;
}

static void set_dsc_names(X509 *certificate, X509 *issuer, const struct dsc *row)
{
    const struct csca *csca = &cscas[row->csca];
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
    add_alternative_name(certificate, "2.5.29.17", country_of(&cscas[row->csca]));
    add_alternative_name(certificate, "2.5.29.18", country_of(&cscas[row->csca]));
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
        check(found != NULL);
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
    const struct dsc *row = &dscs[id];
    const struct csca *csca = &cscas[row->csca];
    X509 *certificate = vault_certificate(vault, row->name);
    if (certificate != NULL) {
        return certificate;
    }
    bool under_dsc = (row->oddities & ODD_UNDER_DSC) != 0;
    X509 *issuer = under_dsc ? dsc_certificate(vault, DSC_P256) : csca_certificate(vault, row->csca);
    EVP_PKEY *issuer_key =
        under_dsc ? vault_key(vault, dscs[DSC_P256].name, dscs[DSC_P256].key) : csca_key(vault, row->csca);
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

/* -- Revocation (9303-12 7.1.4) -- */

static void revoke(X509_CRL *crl, X509 *certificate, const ASN1_TIME *when)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    check(entry != NULL && X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate)) == 1 &&
          X509_REVOKED_set_revocationDate(entry, (ASN1_TIME *)(uintptr_t)when) == 1 &&
          X509_CRL_add0_revoked(crl, entry) == 1);
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
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = X509_gmtime_adj(NULL, -3600);
    ASN1_TIME *to = X509_gmtime_adj(NULL, 90L * 24 * 3600); /* a new one at least every 90 days (4.1.5) */
    check(crl != NULL && from != NULL && to != NULL && X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
          X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)) == 1 &&
          X509_CRL_set1_lastUpdate(crl, from) == 1 && X509_CRL_set1_nextUpdate(crl, to) == 1);
    for (unsigned signer = 0; signer < DSC_COUNT; signer++) {
        if (dscs[signer].revoked && id == CSCA_RSA) { /* the state's: one list for all its certificates */
            revoke(crl, dsc_certificate(vault, (enum dsc_id)signer), from);
        }
    }
    if (id == CSCA_REVOKED) {
        revoke(crl, issuer, from);
    }
    add_crl_extensions(crl, issuer);
    check(X509_CRL_sort(crl) == 1 &&
          X509_CRL_sign(crl, csca_key(vault, id), EVP_get_digestbyname(cscas[id].digest)) > 0);
    int len = i2d_X509_CRL(crl, &octets);
    check(len > 0);
    buffer_append(der, octets, (size_t)len);
    OPENSSL_free(octets);
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    X509_CRL_free(crl);
}
