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

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* No text of the table needs escaping: test_issuer sees to it. */
static void print_json(const struct profile *profile)
{
    printf("{\"name\":\"%s\",\"verdict\":\"%s\",\"reason\":\"%s\",\"requires\":\"%s\",\"issuing_state\":\"%s\","
           "\"document_type\":\"%s\",\"document_number\":\"%s\",\"can\":\"%s\",\"breaks\":\"%s\",\"source\":\"%s\","
           "\"description\":\"%"
           "s\"}\n",
           profile->name, profile->verdict, profile->reason, or_empty(profile->requires), state_of(profile),
           profile->format == MRZ_TD3 ? "P" : "I", profile->number, or_empty(profile->mechanisms.can), profile->breaks,
           or_empty(profile->source), profile->description);
}

void print_profiles(bool json)
{
    if (!json) {
        printf("%-22s %-14s %-17s %-10s %s\n", "PROFILE", "VERDICT", "REASON", "REQUIRES", "WHAT IT IS");
    }
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        if (json) {
            print_json(profile);
        } else {
            printf("%-22s %-14s %-17s %-10s %s\n", profile->name, profile->verdict,
                   profile->reason[0] != '\0' ? profile->reason : "-",
                   or_empty(profile->requires)[0] != '\0' ? profile->requires : "-", profile->description);
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
    for (size_t i = 0; i < MRZ_LINES && lines[i][0] != '\0'; i++) {
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

static void write_certificate(const char *directory, const char *name, X509 *certificate)
{
    uint8_t *der = NULL;
    int len = i2d_X509(certificate, &der);
    if (len <= 0) {
        die("OpenSSL: a certificate cannot be written");
    }
    write_file(directory, name, ".cer", (struct slice){der, (size_t)len});
    OPENSSL_free(der);
}

/* The roots in csca/, what vouches for later keys in link/, and the state's revocation lists in crl/. */
static void export_trust(struct station *station, const char *directory)
{
    char csca[PATH_LEN];
    char link[PATH_LEN];
    char crl[PATH_LEN];
    join(csca, directory, "csca");
    join(link, directory, "link");
    join(crl, directory, "crl");
    make_directory(csca);
    make_directory(link);
    make_directory(crl);
    vault_lock(&station->vault);
    for (unsigned id = 0; id < CSCA_COUNT; id++) {
        const struct csca *row = csca_row((enum csca_id)id);
        X509 *vouching = link_certificate(&station->vault, (enum csca_id)id);
        if (row->published) {
            write_certificate(csca, row->name, csca_certificate(&station->vault, (enum csca_id)id));
        }
        if (vouching != NULL) {
            write_certificate(link, row->name, vouching);
        }
        if (id == CSCA_RSA || id == CSCA_REVOKED) {
            struct buffer der = {0};
            crl_issue(&station->vault, (enum csca_id)id, &der);
            write_file(crl, row->name, ".crl", buffer_view(&der));
            buffer_free(&der);
        }
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
    int len = snprintf(zone, sizeof(zone), "%s\n%s\n%s", document.printed[0], document.printed[1], document.printed[2]);
    if (document.printed[2][0] != '\0') {
        zone[len++] = '\n';
    }
    write_file(path, "MRZ", ".txt", (struct slice){(const uint8_t *)zone, (size_t)len});
    document_free(&document);
    return NULL;
}

void export_documents(struct station *station, const char *directory, const struct profile *only)
{
    make_directory(directory);
    export_trust(station, directory);
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
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
