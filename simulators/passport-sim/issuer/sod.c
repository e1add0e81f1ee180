/* EF.SOD (ICAO 9303-10 4.6.2, 9303-12 8; RFC 5652), by OpenSSL's CMS. */
#include "issuer/pki.h"
#include "util/tlv.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdio.h>

#define OID_LDS_SECURITY_OBJECT "2.23.136.1.1.1"

static void check(bool ok)
{
    if (!ok) {
        ERR_print_errors_fp(stderr);
        die("OpenSSL: EF.SOD cannot be signed");
    }
}

/* Signed on the day of issue, within the key's usage period: not when the simulator happens to run. */
static void set_signing_time(CMS_SignerInfo *signer, int year)
{
    char text[32];
    ASN1_TIME *time = ASN1_TIME_new();
    snprintf(text, sizeof(text), "%04d0215120000Z", year);
    check(time != NULL && ASN1_TIME_set_string_X509(time, text) == 1 &&
          CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, time->type, time, -1) == 1);
    ASN1_TIME_free(time);
}

static void set_pss(CMS_SignerInfo *signer)
{
    EVP_PKEY_CTX *parameters = CMS_SignerInfo_get0_pkey_ctx(signer);
    check(parameters != NULL && EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
}

void sod_sign(struct vault *vault, enum dsc_id signer, struct slice security_object, struct buffer *file)
{
    const struct dsc *row = dsc_row(signer);
    const unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | (row->pss ? CMS_KEY_PARAM : 0);
    X509 *certificate = dsc_certificate(vault, signer);
    EVP_PKEY *key = vault_key(vault, row->name, row->key);
    ASN1_OBJECT *type = OBJ_txt2obj(OID_LDS_SECURITY_OBJECT, 1);
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
    BIO *content = BIO_new_mem_buf(security_object.data, (int)security_object.len);
    uint8_t *der = NULL;

    check(cms != NULL && type != NULL && content != NULL && CMS_set1_eContentType(cms, type) == 1);
    CMS_SignerInfo *info = CMS_add1_signer(cms, certificate, key, EVP_get_digestbyname(row->digest), flags);
    check(info != NULL);
    set_signing_time(info, vault->year + row->from_years);
    if (row->pss) {
        set_pss(info);
    }
    check(CMS_final(cms, content, NULL, flags) == 1);
    int len = i2d_CMS_ContentInfo(cms, &der);
    check(len > 0);
    tlv_append(file, 0x77, (struct slice){der, (size_t)len});
    OPENSSL_free(der);
    BIO_free(content);
    ASN1_OBJECT_free(type);
    CMS_ContentInfo_free(cms);
}
