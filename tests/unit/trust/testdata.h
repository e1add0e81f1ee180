/* Files of the shared test data (DOCREV_TESTDATA), read at run time; tests skip where the folder is absent. */
#ifndef DOCREV_TESTS_TRUST_TESTDATA_H
#define DOCREV_TESTS_TRUST_TESTDATA_H

#include "codec/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static inline const char *testdata_folder(void)
{
    const char *folder = getenv("DOCREV_TESTDATA");

    return folder != NULL && folder[0] != '\0' ? folder : NULL;
}

#define SKIP_WITHOUT_TESTDATA()                                                                                        \
    do {                                                                                                               \
        if (testdata_folder() == NULL) {                                                                               \
            print_message("no DOCREV_TESTDATA: skipped\n");                                                            \
            skip();                                                                                                    \
        }                                                                                                              \
    } while (0)

/* The whole file, to be freed by the caller (cast away const). Empty when it cannot be read. */
static inline struct bytes testdata_read(const char *name)
{
    char path[1024];
    FILE *file;
    uint8_t *data = NULL;
    long size = -1;

    (void)snprintf(path, sizeof path, "%s/%s", testdata_folder(), name);
    file = fopen(path, "rb");
    if (file == NULL) {
        return bytes_of(NULL, 0);
    }
    if (fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
        rewind(file);
    }
    if (size > 0) {
        data = malloc((size_t)size);
    }
    if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
        free(data);
        data = NULL;
        size = 0;
    }
    fclose(file);
    return bytes_of(data, (size_t)size);
}

static inline void testdata_free(struct bytes data)
{
    free((void *)(uintptr_t)data.data);
}

#define CSV_COLUMNS 12

/* The first columns of a line, cut in place; what is asked for stands before the quoted ones. */
static inline void csv_split(char *line, const char *column[CSV_COLUMNS])
{
    for (int i = 0; i < CSV_COLUMNS; i++) {
        column[i] = line;
        line = strchr(line, ',');
        if (line == NULL) {
            for (i++; i < CSV_COLUMNS; i++) {
                column[i] = "";
            }
            return;
        }
        *line++ = '\0';
    }
}

/* Calls `each` for every line of a CSV but the head; returns how many. */
static inline unsigned csv_each(const char *name, void (*each)(const char *column[CSV_COLUMNS], void *ctx), void *ctx)
{
    char path[1024];
    char line[2048];
    const char *column[CSV_COLUMNS];
    unsigned count = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", testdata_folder(), name);
    file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    if (fgets(line, sizeof line, file) != NULL) {
        while (fgets(line, sizeof line, file) != NULL) {
            csv_split(line, column);
            each(column, ctx);
            count++;
        }
    }
    fclose(file);
    return count;
}

#endif
