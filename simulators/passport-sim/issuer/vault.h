/* Where the issuer keeps its keys and certificates: in memory, and in a folder (--state) to have them again next time. */
#ifndef PASSPORT_SIM_ISSUER_VAULT_H
#define PASSPORT_SIM_ISSUER_VAULT_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

struct vault_entry;

struct vault {
    const char *directory; /* NULL: memory only */
    int lock;              /* descriptor of the folder while locked against other simulators; -1 */
    int year; /* of personalisation: every date is relative to it, so that nothing in the vault grows old alone */
    struct vault_entry *entries;
};

/* Makes the folder when it is missing and takes over what it holds. Failure ends the program. */
void vault_open(struct vault *vault, const char *directory);
void vault_close(struct vault *vault);

/* Holds other processes off between the two while keys are made; for a vault in memory they do nothing. */
void vault_lock(struct vault *vault);
void vault_unlock(struct vault *vault);

/* The private key of that name, generated when there is none. Borrowed. Kinds: "rsa:4096"; "ec:" and a curve name, with
 * explicit parameters as in nearly every eMRTD certificate (ICAO 9303-12 4.1.6); "named:" and a curve name, without;
 * "dhx:" and a group name (X9.42), "dh:" (PKCS #3). */
EVP_PKEY *vault_key(struct vault *vault, const char *name, const char *specification);

/* The certificate of that name; NULL when there is none. Borrowed. */
X509 *vault_certificate(struct vault *vault, const char *name);
/* Keeps a certificate; takes it over. */
void vault_keep_certificate(struct vault *vault, const char *name, X509 *certificate);

#endif
