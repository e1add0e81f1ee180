/* Files of an officer: KEY.pem with private key and certificate, KEY.crt with the certificate alone. */
#ifndef DOCREV_DOCREV_OFFICER_FILES_H
#define DOCREV_DOCREV_OFFICER_FILES_H

#include "signing/officer_key.h"

/* KEY.pem -> KEY.crt; the caller frees it. */
char *certificate_path(const char *key_path);

/* Makes and saves both; *key is the caller's to free. Returns an exit status, errors are printed. */
int officer_files_create(const char *name, const char *curve, const char *path, const char *passphrase,
                         struct officer_key **key);

#endif
