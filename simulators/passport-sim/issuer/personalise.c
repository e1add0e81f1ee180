#include "issuer/personalise.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACTIVE_AUTH_KEY "rsa:1536" /* its answer fits a short protected response (ICAO 9303-11 6.1.4) */

/* Who the forgeries claim to be. */
static const struct holder impostor = {"MORGAN", "VICTOR", "750921", 'M', 1};
/* Whose page the chip of `wrong-mrz` was glued into. */
static const struct holder other_page = {"LINDGREN", "INGRID", "690228", 'F', 2};
#define OTHER_NUMBER "UT7714450"

static struct mrz_fields fields_of(const struct vault *vault, const struct profile *profile)
{
    struct mrz_fields fields = {.holder = profile->holder, .number = profile->number};
    fields.issuing_state = profile->issuing_state != NULL ? profile->issuing_state : "UTO";
    int year = profile->term == TERM_CURRENT ? vault->year + 9 : vault->year - 1;
    snprintf(fields.expiry, sizeof(fields.expiry), "%02u%s", (unsigned)year % 100U,
             profile->term == TERM_CURRENT ? "0214" : "1114");
    return fields;
}

/* -- The BSI's specimen -- */

#define SPECIMEN_DG1_LEN 93U

static bool read_specimen_file(const char *name, struct buffer *file)
{
    char path[4096];
    const char *data = getenv("DOCREV_TESTDATA");
    int len = snprintf(path, sizeof(path), "%s/specimen/bsi2008/%s", data != NULL ? data : ".", name);
    return len > 0 && (size_t)len < sizeof(path) && buffer_read_file(file, path);
}

static const char *specimen_lines(const struct buffer *dg1, char lines[MRZ_LINES][MRZ_LINE + 1])
{
    if (dg1->len != SPECIMEN_DG1_LEN) {
        return "the specimen's DG1 is not that of a TD3 document";
    }
    for (size_t i = 0; i < MRZ_LINES; i++) {
        memcpy(lines[i], dg1->data + 5 + i * MRZ_LINE, MRZ_LINE);
        lines[i][MRZ_LINE] = '\0';
    }
    return NULL;
}

static const char *specimen(struct document *document)
{
    static const struct {
        enum lds_file file;
        const char *name;
    } names[] = {{LDS_COM, "EF_COM.bin"},       {LDS_SOD, "EF_SOD.bin"},      {LDS_DG1, "Datagroup1.bin"},
                 {LDS_DG2, "Datagroup2.bin"},   {LDS_DG3, "Datagroup3.bin"},  {LDS_DG4, "Datagroup4.bin"},
                 {LDS_DG14, "Datagroup14.bin"}, {LDS_DG15, "Datagroup15.bin"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!read_specimen_file(names[i].name, &document->files[names[i].file])) {
            return "the specimen's files are not in $DOCREV_TESTDATA";
        }
    }
    const char *problem = specimen_lines(&document->files[LDS_DG1], document->printed);
    if (problem == NULL) {
        mrz_information(document->printed, document->access);
    }
    return problem;
}

/* -- Documents of Utopia -- */

static void write_groups(struct vault *vault, const struct profile *profile, struct document *document)
{
    char name[64];
    char lines[MRZ_LINES][MRZ_LINE + 1];
    struct mrz_fields fields = fields_of(vault, profile);
    struct buffer security_object = {0};

    mrz_compose(&fields, lines);
    mrz_information(lines, document->access);
    snprintf(name, sizeof(name), "chip-%s", profile->name);
    document->active_auth_key = vault_key(vault, name, ACTIVE_AUTH_KEY);
    EVP_PKEY_up_ref(document->active_auth_key);
    lds_write_dg1(lines, &document->files[LDS_DG1]);
    lds_write_dg2(profile->holder, &document->files[LDS_DG2]);
    lds_write_dg15(document->active_auth_key, &document->files[LDS_DG15]);
    lds_write_com(document, profile->version, &document->files[LDS_COM]);
    lds_write_security_object(document, profile->version, dsc_row(profile->signer)->digest, &security_object);
    sod_sign(vault, profile->signer, buffer_view(&security_object), &document->files[LDS_SOD]);
    buffer_free(&security_object);
}

static void digest_of(const struct buffer *file, const struct profile *profile, uint8_t digest[EVP_MAX_MD_SIZE],
                      unsigned *len)
{
    if (EVP_Digest(file->data, file->len, digest, len, EVP_get_digestbyname(dsc_row(profile->signer)->digest), NULL) !=
        1) {
        die("OpenSSL: a hash is not to be had");
    }
}

/* The forger writes another name into DG1; number and dates stay, so that the chip still opens. */
static void alter_dg1(struct vault *vault, const struct profile *profile, struct document *document)
{
    char lines[MRZ_LINES][MRZ_LINE + 1];
    struct mrz_fields fields = fields_of(vault, profile);
    fields.holder = &impostor;
    mrz_compose(&fields, lines);
    document->files[LDS_DG1].len = 0;
    lds_write_dg1(lines, &document->files[LDS_DG1]);
}

static void replace_hash(struct buffer *sod, const uint8_t *old, const uint8_t *new, size_t len)
{
    for (size_t i = 0; i + len <= sod->len; i++) {
        if (memcmp(sod->data + i, old, len) == 0) {
            memcpy(sod->data + i, new, len);
            return;
        }
    }
    die("EF.SOD does not hold the hash of DG1");
}

static void apply_data_fault(struct vault *vault, const struct profile *profile, struct document *document)
{
    uint8_t before[EVP_MAX_MD_SIZE];
    uint8_t after[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct buffer *sod = &document->files[LDS_SOD];
    switch (profile->data) {
    case DATA_DG1_ALTERED:
        alter_dg1(vault, profile, document);
        break;
    case DATA_SOD_ALTERED:
        digest_of(&document->files[LDS_DG1], profile, before, &len);
        alter_dg1(vault, profile, document);
        digest_of(&document->files[LDS_DG1], profile, after, &len);
        replace_hash(sod, before, after, len);
        break;
    case DATA_SOD_SIGNATURE: /* the signature is the last element of the file */
        sod->data[sod->len - 1] ^= 0x01;
        break;
    case DATA_SOD_TRUNCATED:
        sod->len -= sod->len / 3;
        break;
    case DATA_SOD_MISSING:
        sod->len = 0;
        break;
    case DATA_DG1_MISSING:
        document->files[LDS_DG1].len = 0;
        break;
    default: /* the page, not the chip */
        break;
    }
}

const char *personalise_printed(const struct vault *vault, const struct profile *profile,
                                char lines[MRZ_LINES][MRZ_LINE + 1])
{
    struct mrz_fields fields = fields_of(vault, profile);
    switch (profile->data) {
    case DATA_SPECIMEN: {
        struct buffer dg1 = {0};
        const char *problem = "the specimen's files are not in $DOCREV_TESTDATA";
        if (read_specimen_file("Datagroup1.bin", &dg1)) {
            problem = specimen_lines(&dg1, lines);
        }
        buffer_free(&dg1);
        return problem;
    }
    case DATA_DG1_ALTERED:
    case DATA_SOD_ALTERED:
        fields.holder = &impostor;
        break;
    case DATA_PRINTED_OTHER:
        fields.holder = &other_page;
        fields.number = OTHER_NUMBER;
        break;
    case DATA_PRINTED_STATE:
        fields.issuing_state = "XXB";
        break;
    default:
        break;
    }
    mrz_compose(&fields, lines);
    return NULL;
}

const char *personalise(struct vault *vault, const struct profile *profile, struct document *document)
{
    if (profile->data == DATA_SPECIMEN) {
        return specimen(document);
    }
    vault_lock(vault);
    write_groups(vault, profile, document);
    vault_unlock(vault);
    apply_data_fault(vault, profile, document);
    return personalise_printed(vault, profile, document->printed);
}
