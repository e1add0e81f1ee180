#include "signing/signed_file.h"

#include "signing/atomic_file.h"
#include "signing/cms_sign.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static enum dr_status read_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    struct signed_file *file = ctx;
    uint64_t at = file->body_offset + (uint64_t)block * BLOCK_TREE_BLOCK;

    if (block >= file->source.block_count) {
        return DR_ERR_NOT_FOUND;
    }
    return fseeko(file->file, (off_t)at, SEEK_SET) == 0 &&
                   fread(data, 1, BLOCK_TREE_BLOCK, file->file) == BLOCK_TREE_BLOCK
               ? DR_OK
               : DR_ERR_IO;
}

/* The CMS at the start of the file, whole. */
static enum dr_status read_cms(struct signed_file *file)
{
    uint8_t head[6];
    size_t got = fread(head, 1, sizeof head, file->file);
    enum dr_status status = cms_length(bytes_of(head, got), &file->cms_len);

    if (status != DR_OK || file->cms_len > POLICY_CMS_MAX_SIZE) {
        file->why = "not one of docrev's signed files";
        return status != DR_OK ? status : DR_ERR_TOO_LARGE;
    }
    file->cms_der = malloc(file->cms_len);
    rewind(file->file);
    if (file->cms_der == NULL || fread(file->cms_der, 1, file->cms_len, file->file) != file->cms_len) {
        file->why = "the file ends too early";
        return DR_ERR_TRUNCATED;
    }
    status = cms_read(bytes_of(file->cms_der, file->cms_len), &file->cms);
    if (status != DR_OK || !file->cms.has_content) {
        file->why = "malformed CMS SignedData";
        return status != DR_OK ? status : DR_ERR_MALFORMED;
    }
    return DR_OK;
}

/* Type, manifest, and that the body has exactly the length the manifest states. */
static enum dr_status read_content(struct signed_file *file)
{
    struct stat info;
    uint64_t expected, body = 0;
    enum dr_status status = DR_OK;

    file->type = oid_lookup(file->cms.content_type);
    file->body_offset = file->cms_len;
    file->has_manifest = file->type == OID_DOCREV_EDITION || file->type == OID_DOCREV_TRUST_STORE;
    if (!file->has_manifest && file->type != OID_DOCREV_POLICY && file->type != OID_DOCREV_RENEWAL &&
        file->type != OID_DOCREV_DELTA) {
        file->why = "none of docrev's content types";
        return DR_ERR_UNSUPPORTED;
    }
    if (file->has_manifest) {
        status = manifest_read(file->cms.content, &file->manifest);
        body = file->manifest.body_length;
    } else if (file->type == OID_DOCREV_DELTA) {
        status = delta_manifest_read(file->cms.content, &file->delta);
        body = file->delta.length;
    }
    if (status != DR_OK) {
        file->why = "malformed manifest, or of another version";
        return status;
    }
    expected = file->cms_len + body;
    if (fstat(fileno(file->file), &info) != 0 || info.st_size < 0 || (uint64_t)info.st_size != expected) {
        file->why = (uint64_t)info.st_size < expected ? "the file ends too early" : "bytes follow the end of the file";
        return (uint64_t)info.st_size < expected ? DR_ERR_TRUNCATED : DR_ERR_MALFORMED;
    }
    file->source = (struct block_source){
        .ctx = file, .read = read_block, .block_count = (uint32_t)(file->manifest.body_length / BLOCK_TREE_BLOCK)};
    return DR_OK;
}

enum dr_status signed_file_open(struct signed_file *file, const char *path)
{
    enum dr_status status;

    *file = (struct signed_file){.file = fopen(path, "rb")};
    if (file->file == NULL) {
        file->why = strerror(errno);
        return DR_ERR_IO;
    }
    status = read_cms(file);
    if (status == DR_OK) {
        status = read_content(file);
    }
    if (status != DR_OK) {
        signed_file_close(file);
    }
    return status;
}

void signed_file_close(struct signed_file *file)
{
    if (file->file != NULL) {
        (void)fclose(file->file);
    }
    free(file->cms_der);
    file->file = NULL;
    file->cms_der = NULL;
}

static enum dr_status copy_rest(FILE *from, FILE *to)
{
    static const size_t piece = (size_t)1 << 16;
    uint8_t *buffer = malloc(piece);
    enum dr_status status = buffer != NULL ? DR_OK : DR_ERR_NO_SPACE;
    size_t got;

    while (status == DR_OK && (got = fread(buffer, 1, piece, from)) > 0) {
        if (fwrite(buffer, 1, got, to) != got) {
            status = DR_ERR_IO;
        }
    }
    if (status == DR_OK && ferror(from)) {
        status = DR_ERR_IO;
    }
    free(buffer);
    return status;
}

/* `cms`, then what is left to read of `body` (may be NULL), under the name `path`. */
static enum dr_status write_file(const char *path, struct bytes cms, FILE *body, const char **why)
{
    struct atomic_file out = {0};
    enum dr_status status = atomic_file_open(&out, path, false);

    if (status == DR_OK && fwrite(cms.data, 1, cms.len, out.stream) != cms.len) {
        status = DR_ERR_IO;
    }
    if (status == DR_OK && body != NULL) {
        status = copy_rest(body, out.stream);
    }
    if (status == DR_OK) {
        status = atomic_file_commit(&out);
    }
    if (status != DR_OK) {
        *why = strerror(errno);
        atomic_file_abandon(&out);
    }
    return status;
}

enum dr_status signed_file_create(const char *path, enum oid_id type, struct bytes content, FILE *body,
                                  const char **why)
{
    struct cms_buffer cms;
    enum dr_status status = cms_create(type, content, &cms);

    if (status != DR_OK) {
        *why = "no memory";
        return status;
    }
    if (body != NULL) {
        rewind(body);
    }
    status = write_file(path, bytes_of(cms.data, cms.len), body, why);
    cms_buffer_free(&cms);
    return status;
}

enum dr_status signed_file_sign(const char *path, const struct officer_key *key, const char **why)
{
    struct signed_file file;
    struct cms_buffer cms = {0};
    size_t limit;
    enum dr_status status = signed_file_open(&file, path);

    if (status != DR_OK) {
        *why = file.why;
        return status;
    }
    limit = file.type == OID_DOCREV_POLICY ? POLICY_CMS_MAX_SIZE : MANIFEST_CMS_MAX_SIZE;
    status = cms_add_signature(&file.cms, key, limit, &cms, why);
    if (status == DR_OK && fseeko(file.file, (off_t)file.body_offset, SEEK_SET) != 0) {
        *why = strerror(errno);
        status = DR_ERR_IO;
    }
    if (status == DR_OK) {
        status = write_file(path, bytes_of(cms.data, cms.len), file.file, why);
    }
    cms_buffer_free(&cms);
    signed_file_close(&file);
    return status;
}
