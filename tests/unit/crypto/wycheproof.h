/* Test vectors of the project Wycheproof, read from DOCREV_TESTDATA where they are. */
#ifndef DOCREV_TESTS_WYCHEPROOF_H
#define DOCREV_TESTS_WYCHEPROOF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/json_reader.h"

/* Skips the running test, with a message, when the file is not there. */
static inline void wycheproof_read(const char *name, struct json *json)
{
    char folder[400];
    const char *data = getenv("DOCREV_TESTDATA");

    snprintf(folder, sizeof folder, "%s/wycheproof", data == NULL ? "" : data);
    if (!json_read(folder, name, json)) {
        print_message("%s: not at hand in DOCREV_TESTDATA, skipped\n", name);
        skip();
    }
}

static inline bool wycheproof_has_flag(const struct json *json, size_t test, const char *flag)
{
    size_t flags = json_get(json, test, "flags");
    size_t at;

    json_each(json, flags, at)
    {
        if (json_is(json, at, flag)) {
            return true;
        }
    }
    return false;
}

#endif
