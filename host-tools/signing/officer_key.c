#include "signing/officer_key.h"

#include "crypto/hash.h"
#include "signing/atomic_file.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#define MAX_CERTIFICATE_FILE (1U << 20)
#define VALIDITY_DAYS 3653

/* Fills in everything that follows from key->x509. */
static enum dr_status describe(struct officer_key *key, const char **why)
{
    int len = i2d_X509(key->x509, &key->certificate_der);
    int name_len;

    if (len <= 0) {
        *why = "the certificate cannot be encoded";
        return DR_ERR_MALFORMED;
    }
    if (certificate_read(bytes_of(key->certificate_der, (size_t)len), &key->certificate) != DR_OK) {
        *why = "the certificate, or the algorithm of its key, is not one that devices understand";
        return DR_ERR_UNSUPPORTED;
    }
    if (key->certificate.subject_key_id.len == 0) {
        *why = "the certificate has no subject key identifier, by which signatures name their signer";
        return DR_ERR_UNSUPPORTED;
    }
    name_len = X509_NAME_get_text_by_NID(X509_get_subject_name(key->x509), NID_commonName, key->name, sizeof key->name);
    if (name_len < 0) {
        key->name[0] = '\0';
    }
    return DR_OK;
}

static bool add_extension(X509 *x509, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;
    bool done;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    done = extension != NULL && X509_add_ext(x509, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static bool add_key_identifier(X509 *x509)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    ASN1_OCTET_STRING *identifier = ASN1_OCTET_STRING_new();
    bool done = identifier != NULL && X509_pubkey_digest(x509, EVP_sha256(), digest, &len) == 1 && len >= 20 &&
                ASN1_OCTET_STRING_set(identifier, digest, 20) == 1 &&
                X509_add1_ext_i2d(x509, NID_subject_key_identifier, identifier, 0, X509V3_ADD_DEFAULT) == 1;

    ASN1_OCTET_STRING_free(identifier);
    return done;
}

static bool set_serial(X509 *x509)
{
    unsigned char octets[16];
    BIGNUM *number = NULL;
    bool done;

    if (RAND_bytes(octets, sizeof octets) != 1) {
        return false;
    }
    octets[0] = (unsigned char)((octets[0] & 0x7F) | 0x40); /* positive, and always of one length */
    number = BN_bin2bn(octets, sizeof octets, NULL);
    done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL;
    BN_free(number);
    return done;
}

static bool self_certify(struct officer_key *key, const char *name)
{
    X509 *x509 = X509_new();
    X509_NAME *subject;

    key->x509 = x509;
    if (x509 == NULL || X509_set_version(x509, X509_VERSION_3) != 1 || !set_serial(x509) ||
        X509_gmtime_adj(X509_getm_notBefore(x509), 0) == NULL ||
        X509_time_adj_ex(X509_getm_notAfter(x509), VALIDITY_DAYS, 0, NULL) == NULL ||
        X509_set_pubkey(x509, key->private_key) != 1) {
        return false;
    }
    subject = X509_get_subject_name(x509);
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(x509, subject) == 1 &&
           add_extension(x509, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(x509, NID_key_usage, "critical,digitalSignature") && add_key_identifier(x509) &&
           X509_sign(x509, key->private_key, EVP_sha256()) > 0;
}

enum dr_status officer_key_create(const char *name, const char *curve, struct officer_key **out, const char **why)
{
    static const char *const curves[] = {"P-256",           "P-384",           "P-521",
                                         "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"};
    enum dr_status status = DR_ERR_CRYPTO;
    struct officer_key *key = calloc(1, sizeof *key);
    bool known = false;

    *out = NULL;
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        known = known || strcmp(curve, curves[i]) == 0;
    }
    if (!known) {
        *why = "unknown curve: P-256, P-384, P-521, brainpoolP256r1, brainpoolP384r1 and brainpoolP512r1 are known";
        status = DR_ERR_ARGUMENT;
        goto out;
    }
    if (key == NULL || (key->private_key = EVP_EC_gen(curve)) == NULL || !self_certify(key, name)) {
        *why = "no key could be made";
        goto out;
    }
    status = describe(key, why);
out:
    if (status == DR_OK) {
        *out = key;
    } else {
        officer_key_free(key);
    }
    return status;
}

void officer_key_free(struct officer_key *key)
{
    if (key != NULL) {
        EVP_PKEY_free(key->private_key);
        X509_free(key->x509);
        OPENSSL_free(key->certificate_der);
        free(key);
    }
}

enum dr_status officer_key_load(const char *path, struct officer_key **out, const char **why)
{
    BIO *bio = BIO_new_file(path, "rb");
    struct officer_key *key = calloc(1, sizeof *key);
    enum dr_status status = DR_ERR_IO;

    *out = NULL;
    if (bio == NULL || key == NULL) {
        *why = strerror(errno);
        goto out;
    }
    status = DR_ERR_MALFORMED;
    key->private_key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    if (key->private_key == NULL) {
        *why = "no private key could be read (is it PEM, and the passphrase right?)";
        goto out;
    }
    /* The certificate may stand before the key. */
    if (BIO_seek(bio, 0) < 0 || (key->x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)) == NULL) {
        *why = "no certificate beside the private key in this file";
        goto out;
    }
    if (X509_check_private_key(key->x509, key->private_key) != 1) {
        *why = "the certificate belongs to another key";
        goto out;
    }
    status = describe(key, why);
out:
    ERR_clear_error();
    BIO_free(bio);
    if (status == DR_OK) {
        *out = key;
    } else {
        officer_key_free(key);
    }
    return status;
}

enum dr_status officer_certificate_load(const char *path, struct officer_key **out, const char **why)
{
    struct officer_key *key = calloc(1, sizeof *key);
    uint8_t *data = NULL;
    const uint8_t *at;
    size_t len = 0;
    BIO *bio = NULL;
    enum dr_status status = DR_ERR_IO;

    *out = NULL;
    if (key == NULL || file_read_whole(path, MAX_CERTIFICATE_FILE, &data, &len) != DR_OK) {
        *why = strerror(errno);
        goto out;
    }
    status = DR_ERR_MALFORMED;
    at = data;
    bio = BIO_new_mem_buf(data, (int)len);
    key->x509 = bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    if (key->x509 == NULL) {
        key->x509 = d2i_X509(NULL, &at, (long)len);
    }
    if (key->x509 == NULL) {
        *why = "no certificate in it";
        goto out;
    }
    status = describe(key, why);
out:
    ERR_clear_error();
    BIO_free(bio);
    free(data);
    if (status == DR_OK) {
        *out = key;
    } else {
        officer_key_free(key);
    }
    return status;
}

static enum dr_status save_bio(BIO *bio, const char *path, bool secret, const char **why)
{
    char *text = NULL;
    long len = BIO_get_mem_data(bio, &text);

    if (len <= 0) {
        *why = "it could not be encoded";
        return DR_ERR_CRYPTO;
    }
    if (atomic_file_write(path, bytes_of(text, (size_t)len), secret) != DR_OK) {
        *why = strerror(errno);
        return DR_ERR_IO;
    }
    return DR_OK;
}

enum dr_status officer_key_save(const struct officer_key *key, const char *path, const char *passphrase,
                                const char **why)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    const EVP_CIPHER *cipher = passphrase != NULL ? EVP_aes_256_cbc() : NULL;
    int passphrase_len = passphrase != NULL ? (int)strlen(passphrase) : 0;
    enum dr_status status = DR_ERR_CRYPTO;

    if (bio == NULL ||
        PEM_write_bio_PKCS8PrivateKey(bio, key->private_key, cipher, passphrase, passphrase_len, NULL, NULL) != 1 ||
        PEM_write_bio_X509(bio, key->x509) != 1) {
        *why = "it could not be encoded";
    } else {
        status = save_bio(bio, path, true, why);
    }
    BIO_free(bio);
    return status;
}

enum dr_status officer_certificates_save(struct officer_key *const *keys, size_t count, const char *path,
                                         const char **why)
{
    BIO *bio = BIO_new(BIO_s_mem());
    enum dr_status status = bio != NULL ? DR_OK : DR_ERR_CRYPTO;

    for (size_t i = 0; status == DR_OK && i < count; i++) {
        if (PEM_write_bio_X509(bio, keys[i]->x509) != 1) {
            *why = "it could not be encoded";
            status = DR_ERR_CRYPTO;
        }
    }
    if (status == DR_OK) {
        status = save_bio(bio, path, false, why);
    }
    BIO_free(bio);
    return status;
}
