#include "export.h"

#include "issuer/personalise.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_LEN 4096U

static const char *state_of(const struct profile *profile)
{
    return profile->issuing_state != NULL ? profile->issuing_state : "UTO";
}

/* No text of the table needs escaping: test_profiles sees to it. */
static void print_json(const struct profile *profile)
{
    printf("{\"name\":\"%s\",\"verdict\":\"%s\",\"reason\":\"%s\",\"issuing_state\":\"%s\",\"document_type\":\"P\","
           "\"document_number\":\"%s\",\"breaks\":\"%s\",\"description\":\"%s\"}\n",
           profile->name, profile->verdict, profile->reason, state_of(profile), profile->number, profile->breaks,
           profile->description);
}

void print_profiles(bool json)
{
    if (!json) {
        printf("%-20s %-14s %-17s %s\n", "PROFILE", "VERDICT", "REASON", "WHAT IT IS");
    }
    for (const struct profile *profile = profiles; profile->name != NULL; profile++) {
        if (json) {
            print_json(profile);
        } else {
            printf("%-20s %-14s %-17s %s\n", profile->name, profile->verdict,
                   profile->reason[0] != '\0' ? profile->reason : "-", profile->description);
        }
    }
}

void print_mrz(struct station *station, const struct profile *profile)
{
    char lines[MRZ_LINES][MRZ_LINE + 1];
    const char *problem = personalise_printed(&station->vault, profile, lines);
    if (problem != NULL) {
        die("%s: %s", profile->name, problem);
    }
    for (size_t i = 0; i < MRZ_LINES; i++) {
        puts(lines[i]);
    }
}

static void make_directory(const char *path)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        die("%s: %s", path, strerror(errno));
    }
}

static void write_file(const char *directory, const char *name, const char *suffix, struct slice content)
{
    char path[PATH_LEN];
    int len = snprintf(path, sizeof(path), "%s/%s%s", directory, name, suffix);
    if (len < 0 || (size_t)len >= sizeof(path)) {
        die("%s: name too long", directory);
    }
    if (!slice_write_file(content, path, 0644)) {
        die("%s: %s", path, strerror(errno));
    }
}

static void join(char path[PATH_LEN], const char *directory, const char *name)
{
    int len = snprintf(path, PATH_LEN, "%s/%s", directory, name);
    if (len < 0 || (size_t)len >= PATH_LEN) {
        die("%s: name too long", directory);
    }
}

static void export_cscas(struct station *station, const char *directory)
{
    char path[PATH_LEN];
    join(path, directory, "csca");
    make_directory(path);
    vault_lock(&station->vault);
    for (unsigned id = 0; id < CSCA_COUNT; id++) {
        const struct csca *row = csca_row((enum csca_id)id);
        uint8_t *der = NULL;
        if (!row->published) {
            continue;
        }
        int len = i2d_X509(csca_certificate(&station->vault, (enum csca_id)id), &der);
        if (len <= 0) {
            die("OpenSSL: a certificate cannot be written");
        }
        write_file(path, row->name, ".cer", (struct slice){der, (size_t)len});
        OPENSSL_free(der);
    }
    vault_unlock(&station->vault);
}

static const char *export_document(struct station *station, const struct profile *profile, const char *directory)
{
    char path[PATH_LEN];
    char zone[MRZ_LINES * (MRZ_LINE + 1) + 1];
    struct document document = {0};
    const char *problem = personalise(&station->vault, profile, &document);
    if (problem != NULL) {
        document_free(&document);
        return problem;
    }
    join(path, directory, profile->name);
    make_directory(path);
    for (unsigned file = 0; file < LDS_FILES; file++) {
        if (document.files[file].len > 0) {
            write_file(path, lds_file_info(file)->name, ".bin", buffer_view(&document.files[file]));
        }
    }
    int len = snprintf(zone, sizeof(zone), "%s\n%s\n", document.printed[0], document.printed[1]);
    write_file(path, "MRZ", ".txt", (struct slice){(const uint8_t *)zone, (size_t)len});
    document_free(&document);
    return NULL;
}

void export_documents(struct station *station, const char *directory, const struct profile *only)
{
    make_directory(directory);
    export_cscas(station, directory);
    for (const struct profile *profile = profiles; profile->name != NULL; profile++) {
        if (only != NULL && only != profile) {
            continue;
        }
        const char *problem = export_document(station, profile, directory);
        if (problem != NULL && only != NULL) {
            die("%s: %s", profile->name, problem);
        }
        if (problem != NULL) {
            fprintf(stderr, "passport-sim: %s is left out: %s\n", profile->name, problem);
        }
    }
}
