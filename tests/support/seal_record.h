/* Remembers every (key, nonce) that seals anything, for tests linked with -Wl,--wrap=aead_seal. */
#ifndef DOCREV_TESTS_SEAL_RECORD_H
#define DOCREV_TESTS_SEAL_RECORD_H

#include <stddef.h>

void seal_record_reset(void);
/* Seals seen, and how many of them used a (key, nonce) again for another plaintext. */
size_t seal_record_count(void);
size_t seal_record_repeats(void);

#endif
