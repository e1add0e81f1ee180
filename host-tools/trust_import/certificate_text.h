/* Names, keys and algorithms of certificates in words, as OpenSSL writes them. */
#ifndef DOCREV_TRUST_IMPORT_CERTIFICATE_TEXT_H
#define DOCREV_TRUST_IMPORT_CERTIFICATE_TEXT_H

#include "trust/certificate.h"

#define NAME_TEXT_MAX 1024U
#define KEY_TEXT_MAX 48U

/* "/C=UT/O=Utopia/CN=CSCA", well-formed UTF-8 without control characters, cut at `cap`; NUL-terminated. */
void name_text(struct bytes name, char *out, size_t cap);

/* "RSA-4096", "EC-named-secp384r1", "EC-explicit-brainpoolP256r1"; "" for a key that was not understood. */
void key_text(const struct certificate *certificate, char text[KEY_TEXT_MAX]);

/* "sha256WithRSAEncryption", "rsassaPss", "ecdsa-with-SHA256", "ecdsa-plain-SHA256"; "" when not understood. */
const char *signature_text(const struct signature_algorithm *algorithm);

#endif
