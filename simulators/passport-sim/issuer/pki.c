#include "issuer/pki.h"

#include "util/tlv.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define COUNTRY "UT" /* countryName of Utopia, the ICAO's specimen state UTO */

static const struct csca cscas[CSCA_COUNT] = {
    [CSCA_RSA] = {"csca-rsa4096", "rsa:4096", "SHA256", .pss = false, .published = true},
    [CSCA_PSS] = {"csca-rsa3072-pss", "rsa:3072", "SHA256", .pss = true, .published = true},
    [CSCA_BRAINPOOL] = {"csca-brainpoolP384r1", "ec:brainpoolP384r1", "SHA384", .pss = false, .published = true},
    [CSCA_FORGER] = {"csca-forger", "rsa:3072", "SHA256", .pss = false, .published = false},
};

/* A document signer signs for three months and its documents live ten years (9303-12 4.1.2). */
#define SIGNS_THREE_MONTHS .from_years = -1, .from_day = "0101", .to_years = 9, .to_day = "0401"
#define DIGITAL_SIGNATURE .key_usage = "digitalSignature"

static const struct dsc dscs[DSC_COUNT] = {
    [DSC_P256] = {"dsc-p256", "ec:P-256", "SHA256", .csca = CSCA_RSA, DIGITAL_SIGNATURE, SIGNS_THREE_MONTHS},
    [DSC_PSS] = {"dsc-rsa2048-pss", "rsa:2048", "SHA256", .csca = CSCA_PSS, .pss = true, DIGITAL_SIGNATURE,
                 SIGNS_THREE_MONTHS},
    [DSC_BRAINPOOL] = {"dsc-brainpoolP256r1", "ec:brainpoolP256r1", "SHA256", .csca = CSCA_BRAINPOOL, DIGITAL_SIGNATURE,
                       SIGNS_THREE_MONTHS},
    [DSC_EXPIRED] = {"dsc-expired", "ec:P-256", "SHA256", .csca = CSCA_RSA, DIGITAL_SIGNATURE, .from_years = -3,
                     .from_day = "0101", .to_years = -1, .to_day = "0630"},
    [DSC_FORGER] = {"dsc-forger", "ec:P-256", "SHA256", .csca = CSCA_FORGER, DIGITAL_SIGNATURE, SIGNS_THREE_MONTHS},
    [DSC_CA_KEY_USAGE] = {"dsc-key-usage", "ec:P-256", "SHA256", .csca = CSCA_RSA, .key_usage = "keyCertSign,cRLSign",
                          SIGNS_THREE_MONTHS},
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

static void set_name(X509_NAME *name, const char *organisation, const char *common)
{
    check(X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const uint8_t *)COUNTRY, -1, -1, 0) == 1);
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
static void add_alternative_name(X509 *certificate, const char *oid)
{
    static const uint8_t locality[] = {0x06, 0x03, 0x55, 0x04, 0x07, 0x13, 0x03, 'U', 'T', 'O'};
    struct buffer attribute = {0};
    struct buffer set = {0};
    struct buffer name = {0};
    struct buffer general = {0};
    struct buffer der = {0};
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

/* documentTypeList: passports (9303-12 7.1.1.6). */
static void add_document_types(X509 *certificate)
{
    static const uint8_t content[] = {0x02, 0x01, 0x00, 0x31, 0x03, 0x13, 0x01, 'P'};
    struct buffer der = {0};
    tlv_append(&der, 0x30, (struct slice){content, sizeof(content)});
    add_raw_extension(certificate, "2.23.136.1.1.6.2", &der);
}

static void sign_certificate(X509 *certificate, EVP_PKEY *key, const struct csca *csca)
{
    EVP_PKEY_CTX *parameters = NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    check(ctx != NULL && EVP_DigestSignInit(ctx, &parameters, EVP_get_digestbyname(csca->digest), NULL, key) == 1);
    if (csca->pss) {
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

X509 *csca_certificate(struct vault *vault, enum csca_id id)
{
    const struct csca *row = &cscas[id];
    X509 *certificate = vault_certificate(vault, row->name);
    if (certificate != NULL) {
        return certificate;
    }
    EVP_PKEY *key = vault_key(vault, row->name, row->key);
    certificate = begin_certificate(key);
    X509_NAME *name = X509_NAME_new();
    check(name != NULL);
    /* The forger copies the name of the CSCA that it pretends to be. */
    set_name(name, "Utopia Passport Office",
             id == CSCA_RSA || id == CSCA_FORGER ? "CSCA Utopia"
             : id == CSCA_PSS                    ? "CSCA Utopia II"
                                                 : "CSCA Utopia III");
    check(X509_set_subject_name(certificate, name) == 1 && X509_set_issuer_name(certificate, name) == 1);
    X509_NAME_free(name);
    /* Signs for five years, and the last document signed so lives ten more and its signer's three months. */
    set_time(X509_getm_notBefore(certificate), vault->year - 4, "0101");
    set_time(X509_getm_notAfter(certificate), vault->year + 12, "0401");
    add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    add_extension(certificate, certificate, NID_authority_key_identifier, "keyid:always");
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_usage_period(certificate, vault->year - 4, "0101", vault->year + 1, "0101");
    add_alternative_name(certificate, "2.5.29.17");
    add_alternative_name(certificate, "2.5.29.18");
    add_extension(certificate, certificate, NID_crl_distribution_points, "URI:https://csca.utopia.example/utopia.crl");
    sign_certificate(certificate, key, row);
    vault_keep_certificate(vault, row->name, certificate);
    return certificate;
}

X509 *dsc_certificate(struct vault *vault, enum dsc_id id)
{
    const struct dsc *row = &dscs[id];
    char usage[64];
    X509 *certificate = vault_certificate(vault, row->name);
    if (certificate != NULL) {
        return certificate;
    }
    X509 *issuer = csca_certificate(vault, row->csca);
    certificate = begin_certificate(vault_key(vault, row->name, row->key));
    set_name(X509_get_subject_name(certificate), "Utopia Passport Office", row->name);
    check(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
    int from = vault->year + row->from_years;
    set_time(X509_getm_notBefore(certificate), from, row->from_day);
    set_time(X509_getm_notAfter(certificate), vault->year + row->to_years, row->to_day);
    snprintf(usage, sizeof(usage), "critical,%s", row->key_usage);
    add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    add_extension(certificate, issuer, NID_key_usage, usage);
    add_usage_period(certificate, from, "0101", from, "0401");
    add_alternative_name(certificate, "2.5.29.17");
    add_alternative_name(certificate, "2.5.29.18");
    add_document_types(certificate);
    add_extension(certificate, issuer, NID_crl_distribution_points, "URI:https://csca.utopia.example/utopia.crl");
    sign_certificate(certificate, vault_key(vault, cscas[row->csca].name, cscas[row->csca].key), &cscas[row->csca]);
    vault_keep_certificate(vault, row->name, certificate);
    return certificate;
}
