/* The BSI's specimen passport of 2008, from the test data. */
#include "issuer/holder.h"
#include "issuer/personalise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DG1_LEN 93U

static bool read_file(const char *name, struct buffer *file)
{
    char path[4096];
    const char *data = getenv("DOCREV_TESTDATA");
    int len = snprintf(path, sizeof(path), "%s/specimen/bsi2008/%s", data != NULL ? data : ".", name);
    return len > 0 && (size_t)len < sizeof(path) && buffer_read_file(file, path);
}

static const char *lines_of(const struct buffer *dg1, char lines[MRZ_LINES][MRZ_LINE + 1])
{
    if (dg1->len != DG1_LEN) {
        return "the specimen's DG1 is not that of a TD3 document";
    }
    memset(lines, 0, MRZ_LINES * (MRZ_LINE + 1));
    for (size_t i = 0; i < 2; i++) {
        memcpy(lines[i], dg1->data + 5 + i * MRZ_LINE, MRZ_LINE);
    }
    return NULL;
}

const char *specimen_printed(char lines[MRZ_LINES][MRZ_LINE + 1])
{
    struct buffer dg1 = {0};
    const char *problem = "the specimen's files are not in $DOCREV_TESTDATA";
    if (read_file("Datagroup1.bin", &dg1)) {
        problem = lines_of(&dg1, lines);
    }
    buffer_free(&dg1);
    return problem;
}

const char *specimen_document(struct document *document)
{
    static const struct {
        enum lds_file file;
        const char *name;
    } names[] = {{LDS_COM, "EF_COM.bin"},       {LDS_SOD, "EF_SOD.bin"},      {LDS_DG1, "Datagroup1.bin"},
                 {LDS_DG2, "Datagroup2.bin"},   {LDS_DG3, "Datagroup3.bin"},  {LDS_DG4, "Datagroup4.bin"},
                 {LDS_DG14, "Datagroup14.bin"}, {LDS_DG15, "Datagroup15.bin"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!read_file(names[i].name, &document->files[names[i].file])) {
            return "the specimen's files are not in $DOCREV_TESTDATA";
        }
    }
    const char *problem = lines_of(&document->files[LDS_DG1], document->printed);
    if (problem == NULL) {
        mrz_information(document->printed, document->access);
    }
    return problem;
}
