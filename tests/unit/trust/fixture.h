/* What the trust room's tests share: cmocka, fixtures as views, keys from SubjectPublicKeyInfo. */
#ifndef DOCREV_TESTS_TRUST_FIXTURE_H
#define DOCREV_TESTS_TRUST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec/bytes.h"

#define VIEW(table) bytes_of((table), sizeof(table))

#define assert_bytes_equal(a, b) assert_true(bytes_equal((a), (b)))

#endif
