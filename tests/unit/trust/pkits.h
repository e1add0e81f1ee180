/* NIST's PKITS (testdata/pkits): unpacked once for a test group into a folder of its own. */
#ifndef DOCREV_TESTS_TRUST_PKITS_H
#define DOCREV_TESTS_TRUST_PKITS_H

#include "testdata.h"

#include <unistd.h>

static char pkits_folder[64];

static inline int pkits_unpack(void **state)
{
    char command[2048];

    (void)state;
    pkits_folder[0] = '\0';
    if (testdata_folder() == NULL) {
        return 0;
    }
    (void)snprintf(pkits_folder, sizeof pkits_folder, "/tmp/docrev-pkits-XXXXXX");
    if (mkdtemp(pkits_folder) == NULL) {
        return -1;
    }
    (void)snprintf(command, sizeof command, "tar -xzf '%s/pkits/nist-pkits.tar.gz' -C '%s'", testdata_folder(),
                   pkits_folder);
    if (system(command) != 0) {
        print_message("PKITS cannot be unpacked: skipped\n");
        pkits_folder[0] = '\0';
    }
    return 0;
}

static inline int pkits_remove(void **state)
{
    char command[128];

    (void)state;
    if (pkits_folder[0] != '\0') {
        (void)snprintf(command, sizeof command, "rm -rf '%s'", pkits_folder);
        return system(command);
    }
    return 0;
}

#define SKIP_WITHOUT_PKITS()                                                                                           \
    do {                                                                                                               \
        if (pkits_folder[0] == '\0') {                                                                                 \
            print_message("no PKITS: skipped\n");                                                                      \
            skip();                                                                                                    \
        }                                                                                                              \
    } while (0)

/* A file of certs/ or crls/, to be freed with testdata_free. */
static inline struct bytes pkits_read(const char *kind, const char *name, const char *suffix)
{
    char path[256];
    FILE *file;
    uint8_t *data = malloc(16384);
    size_t len = 0;

    (void)snprintf(path, sizeof path, "%s/nist-pkits/%s/%s%s", pkits_folder, kind, name, suffix);
    file = fopen(path, "rb");
    if (file == NULL || data == NULL) {
        fail_msg("%s cannot be read", path);
    } else {
        len = fread(data, 1, 16384, file);
        fclose(file);
    }
    return bytes_of(data, len);
}

#endif
