/* An officer's key: a private key with the certificate that names it, in one PEM file. */
#ifndef DOCREV_SIGNING_OFFICER_KEY_H
#define DOCREV_SIGNING_OFFICER_KEY_H

#include "trust/certificate.h"

struct evp_pkey_st;
struct x509_st;

/* Owned by whoever loaded or made it. private_key is NULL when only the certificate was loaded. */
struct officer_key {
    struct evp_pkey_st *private_key;
    struct x509_st *x509;
    uint8_t *certificate_der;
    struct certificate certificate; /* views into certificate_der; has a subject key identifier */
    char name[128];                 /* commonName of the subject */
};

/*
 * A fresh key on "P-256", "P-384", "P-521", "brainpoolP256r1", "brainpoolP384r1" or "brainpoolP512r1" with a self-signed
 * certificate for ten years. Its subjectKeyIdentifier is SHA-256 of the key, cut to 160 bits (RFC 7093 2 (1)).
 */
enum dr_status officer_key_create(const char *name, const char *curve, struct officer_key **out, const char **why);

/* Private key and certificate out of one PEM file; OpenSSL asks for a passphrase on the terminal where there is one. */
enum dr_status officer_key_load(const char *path, struct officer_key **out, const char **why);
/* The certificate alone, PEM (further content is passed over) or DER. */
enum dr_status officer_certificate_load(const char *path, struct officer_key **out, const char **why);
void officer_key_free(struct officer_key *key);

/* Private key (PKCS #8) and certificate as PEM, readable by its owner only; `passphrase` (may be NULL) encrypts with AES-256. */
enum dr_status officer_key_save(const struct officer_key *key, const char *path, const char *passphrase,
                                const char **why);
/* Certificates of several keys as one PEM file: what `openssl cms -verify -certfile` takes. */
enum dr_status officer_certificates_save(struct officer_key *const *keys, size_t count, const char *path,
                                         const char **why);

#endif
