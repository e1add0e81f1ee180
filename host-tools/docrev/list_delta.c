/* docrev list diff|apply, and what sign, verify and show make of a delta */
#include "builder/delta_builder.h"
#include "codec/status_text.h"
#include "docrev/list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PIECE 65536U

bool is_delta(const char *path)
{
    struct signed_file file;
    bool result = false;

    if (signed_file_open(&file, path) == DR_OK) {
        result = file.type == OID_DOCREV_DELTA;
        signed_file_close(&file);
    }
    return result;
}

/* Hands the body of a delta on, piece by piece. */
typedef enum dr_status (*take_piece)(void *ctx, struct bytes octets, bool last);
static enum dr_status read_delta(struct signed_file *file, take_piece take, void *ctx)
{
    uint8_t *piece = malloc(PIECE);
    uint32_t left = file->delta.length;
    enum dr_status status = piece == NULL ? DR_ERR_NO_SPACE : DR_OK;

    if (status == DR_OK && fseeko(file->file, (off_t)file->body_offset, SEEK_SET) != 0) {
        status = DR_ERR_IO;
    }
    while (status == DR_OK && left > 0) {
        size_t part = left < PIECE ? left : PIECE;
        if (fread(piece, 1, part, file->file) != part) {
            status = DR_ERR_IO;
            break;
        }
        left -= (uint32_t)part;
        status = take(ctx, bytes_of(piece, part), left == 0);
    }
    free(piece);
    return status;
}

static enum dr_status hash_piece(void *ctx, struct bytes octets, bool last)
{
    (void)last;
    return hash_update(ctx, octets);
}

static enum dr_status check_digest(struct signed_file *file)
{
    struct hash_context hash;
    uint8_t digest[HASH_SHA256_SIZE];
    enum dr_status status = hash_begin(&hash, HASH_SHA256);

    if (status != DR_OK) {
        return status;
    }
    status = read_delta(file, hash_piece, &hash);
    if (status == DR_OK) {
        status = hash_end(&hash, digest);
    }
    hash_free(&hash);
    if (status == DR_OK && memcmp(digest, file->delta.digest, sizeof digest) != 0) {
        status = DR_ERR_CORRUPT;
    }
    return status;
}

int delta_open(struct signed_file *file, const char *path)
{
    enum dr_status status;

    if (signed_file_open(file, path) != DR_OK) {
        return fail(path, file->why);
    }
    if (file->type != OID_DOCREV_DELTA) {
        signed_file_close(file);
        return fail(path, "not a delta");
    }
    status = check_digest(file);
    if (status != DR_OK) {
        signed_file_close(file);
        return status == DR_ERR_CORRUPT ? fail(path, "the body is not the one that the manifest names")
                                        : fail_status(path, status);
    }
    return EXIT_DONE;
}

int delta_sign(const struct arguments *arguments, const char *path)
{
    struct signed_file file;
    int result = delta_open(&file, path);

    if (result == EXIT_DONE) {
        signed_file_close(&file);
        result = sign_with_keys(arguments, path);
    }
    return result;
}

/* NULL when a device that has the base and this policy would accept the delta now. States are checked when it was applied. */
static const char *judge(const struct signed_file *file, const struct policy *policy, int64_t now,
                         struct signer_count *signers)
{
    const struct manifest *edition = &file->delta.edition;
    const struct policy_authority *authority = policy_find_authority(policy, edition->list_id);

    *signers = (struct signer_count){0};
    if (authority == NULL) {
        return "the policy knows no such list";
    }
    *signers = count_signers(&authority->role, file);
    if (!signers->enough) {
        return "fewer distinct officers signed it than the policy asks for";
    }
    if (now < edition->this_update) {
        return "not valid yet";
    }
    return now >= edition->next_update ? "expired" : NULL;
}

int delta_verify(const struct arguments *arguments, const char *path, const char *policy_path, int64_t now)
{
    struct policy_file policy;
    struct signed_file file;
    struct signer_count signers;
    const char *why;
    int result = policy_file_open(&policy, policy_path);

    if (result != EXIT_DONE) {
        return result;
    }
    result = delta_open(&file, path);
    if (result != EXIT_DONE) {
        policy_file_close(&policy);
        return result;
    }
    why = judge(&file, &policy.policy, now, &signers);
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_bool(out, "verified", why == NULL);
        json_text(out, "list", file.delta.edition.list_id);
        json_int(out, "base", (int64_t)file.delta.base_number);
        json_int(out, "number", (int64_t)file.delta.edition.number);
        json_int(out, "signers", signers.verified);
        json_int(out, "threshold", signers.threshold);
        if (why != NULL) {
            json_text(out, "why", why);
        }
        report_end();
    } else if (why == NULL) {
        printf("%s: list %s, from edition %llu to %llu: signed by %u officers where %u are asked for\n", path,
               file.delta.edition.list_id, (unsigned long long)file.delta.base_number,
               (unsigned long long)file.delta.edition.number, signers.verified, signers.threshold);
    }
    result = why == NULL ? EXIT_DONE : fail(path, why);
    signed_file_close(&file);
    policy_file_close(&policy);
    return result;
}

int delta_show(const struct arguments *arguments, const char *path)
{
    struct signed_file file;
    const struct manifest *edition = &file.delta.edition;
    int result = delta_open(&file, path);

    if (result != EXIT_DONE) {
        return result;
    }
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "list", edition->list_id);
        json_int(out, "base", (int64_t)file.delta.base_number);
        json_int(out, "number", (int64_t)edition->number);
        json_int(out, "entries", (int64_t)edition->entry_count);
        json_int(out, "cms_bytes", (int64_t)file.cms_len);
        json_int(out, "delta_bytes", (int64_t)file.delta.length);
        json_int(out, "edition_bytes", (int64_t)edition->body_length);
        json_hex(out, "base_root", bytes_of(file.delta.base_root, HASH_SHA256_SIZE));
        json_hex(out, "root", bytes_of(edition->root, HASH_SHA256_SIZE));
        report_end();
    } else {
        printf("delta    list %s, from edition %llu to %llu\n", edition->list_id,
               (unsigned long long)file.delta.base_number, (unsigned long long)edition->number);
        printf("bytes    %lu, and %zu bytes of CMS, for an edition of %llu\n", (unsigned long)file.delta.length,
               file.cms_len, (unsigned long long)edition->body_length);
        printf("entries  %llu afterwards\n", (unsigned long long)edition->entry_count);
    }
    signed_file_close(&file);
    return EXIT_DONE;
}

/* Writes a file with `content` signed by nobody yet, and the body. */
static int write_unsigned(const char *path, enum oid_id type, struct der_writer *writer, enum dr_status status,
                          FILE *body)
{
    const char *why = "";
    size_t len = 0;

    if (status == DR_OK) {
        status = der_write_finish(writer, &len);
    }
    if (status != DR_OK) {
        return fail_status(path, status);
    }
    return signed_file_create(path, type, bytes_of(writer->buffer, len), body, &why) == DR_OK ? EXIT_DONE
                                                                                              : fail(path, why);
}

static int write_delta(const char *path, const struct edition *old, const struct edition *new, struct bytes body)
{
    struct delta_manifest manifest = {
        .base_number = old->manifest.number, .length = (uint32_t)body.len, .edition = new->manifest};
    uint8_t der[DELTA_MANIFEST_MAX_SIZE];
    struct der_writer writer;
    FILE *file = tmpfile();
    int result;

    if (file == NULL || fwrite(body.data, 1, body.len, file) != body.len || fflush(file) != 0) {
        result = fail(path, strerror(errno));
        goto out;
    }
    memcpy(manifest.base_root, old->manifest.root, HASH_SHA256_SIZE);
    if (hash_compute(HASH_SHA256, body, manifest.digest) != DR_OK) {
        result = fail_status(path, DR_ERR_CRYPTO);
        goto out;
    }
    der_write_begin(&writer, der, sizeof der);
    result = write_unsigned(path, OID_DOCREV_DELTA, &writer, delta_manifest_write(&manifest, &writer), file);
out:
    if (file != NULL) {
        (void)fclose(file);
    }
    return result;
}

static int diff(const struct arguments *arguments, struct edition_file *old, struct edition_file *new)
{
    const char *path = argument(arguments, "-o"), *new_path = argument_nth(arguments, "", 1);
    struct delta_build_result result;
    uint8_t *body;
    size_t len;
    enum dr_status status;
    int exit_status;

    if (strcmp(old->edition.manifest.list_id, new->edition.manifest.list_id) != 0 ||
        new->edition.manifest.number <= old->edition.manifest.number) {
        return fail(new_path, "not a later edition of the same list");
    }
    status = delta_build(&old->edition, &new->edition, &body, &len, &result);
    if (status != DR_OK) {
        return fail(new_path, status == DR_ERR_UNSUPPORTED ? "not laid out as docrev does it" : dr_status_text(status));
    }
    exit_status = write_delta(path, &old->edition, &new->edition, bytes_of(body, len));
    free(body);
    if (exit_status != EXIT_DONE) {
        return exit_status;
    }
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "file", path);
        json_int(out, "added", (int64_t)result.added);
        json_int(out, "removed", (int64_t)result.removed);
        json_int(out, "changed", (int64_t)result.changed);
        json_int(out, "bytes", (int64_t)len);
        report_end();
    } else {
        printf("%s: edition %llu to %llu, %llu added, %llu removed, %llu changed, %zu bytes; applied once as a proof\n",
               path, (unsigned long long)old->edition.manifest.number, (unsigned long long)new->edition.manifest.number,
               (unsigned long long)result.added, (unsigned long long)result.removed, (unsigned long long)result.changed,
               len);
    }
    return EXIT_DONE;
}

int run_list_diff(const struct arguments *arguments)
{
    struct edition_file *files = calloc(2, sizeof *files);
    int result = EXIT_USAGE;

    if (argument_count(arguments, "") != 2 || argument(arguments, "-o") == NULL) {
        free(files);
        return wrong_usage("list diff: two editions and -o are needed");
    }
    if (files == NULL) {
        return fail("list diff", "no memory");
    }
    result = edition_open(&files[0], argument_nth(arguments, "", 0));
    if (result == EXIT_DONE) {
        result = edition_open(&files[1], argument_nth(arguments, "", 1));
        if (result == EXIT_DONE) {
            result = diff(arguments, &files[0], &files[1]);
            signed_file_close(&files[1].file);
        }
        signed_file_close(&files[0].file);
    }
    free(files);
    return result;
}

static enum dr_status write_block(void *ctx, uint32_t block, const uint8_t data[BLOCK_TREE_BLOCK])
{
    FILE *body = ctx;

    return fseeko(body, (off_t)block * (off_t)BLOCK_TREE_BLOCK, SEEK_SET) == 0 &&
                   fwrite(data, BLOCK_TREE_BLOCK, 1, body) == 1
               ? DR_OK
               : DR_ERR_IO;
}

static enum dr_status read_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    FILE *body = ctx;

    return fseeko(body, (off_t)block * (off_t)BLOCK_TREE_BLOCK, SEEK_SET) == 0 &&
                   fread(data, BLOCK_TREE_BLOCK, 1, body) == 1
               ? DR_OK
               : DR_ERR_IO;
}

static enum dr_status apply_piece(void *ctx, struct bytes octets, bool last)
{
    return delta_apply_take(ctx, octets, last);
}

/* From `edition`, over `path`'s delta, to the edition in *body, which becomes `edition`. */
static int apply_one(struct edition *edition, const char *path, FILE **body)
{
    struct delta_apply *apply = malloc(sizeof *apply);
    struct signed_file file = {0};
    FILE *out = tmpfile();
    struct edition_sink sink = {out, write_block, read_block};
    char why[96];
    enum dr_status status;
    int result = apply == NULL || out == NULL ? fail(path, "no memory, or no temporary file") : delta_open(&file, path);

    if (result != EXIT_DONE) {
        goto done;
    }
    if (delta_manifest_check_base(&file.delta, &edition->manifest) != DR_OK) {
        /* delta_open has filled it: the analyzer does not follow so far. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
        (void)snprintf(why, sizeof why, "it needs edition %llu of list %s", (unsigned long long)file.delta.base_number,
                       file.delta.edition.list_id);
        result = fail(path, why);
    } else {
        delta_apply_begin(apply, edition, &sink, &file.delta.edition);
        status = read_delta(&file, apply_piece, apply);
        result = status == DR_OK            ? EXIT_DONE
                 : status == DR_ERR_CORRUPT ? fail(path, "it does not make the edition that it names")
                                            : fail_status(path, status);
    }
    if (result == EXIT_DONE) {
        edition->manifest = file.delta.edition;
        edition->source =
            (struct block_source){.ctx = out,
                                  .read = read_block,
                                  .block_count = (uint32_t)(edition->manifest.body_length / BLOCK_TREE_BLOCK)};
        if (*body != NULL) {
            (void)fclose(*body);
        }
        *body = out;
        out = NULL;
    }
    signed_file_close(&file);
done:
    free(apply);
    if (out != NULL) {
        (void)fclose(out);
    }
    return result;
}

int run_list_apply(const struct arguments *arguments)
{
    const char *path = argument(arguments, "-o");
    struct edition_file *old;
    struct edition edition;
    uint8_t der[MANIFEST_MAX_SIZE];
    struct der_writer writer;
    FILE *body = NULL;
    int result;

    if (argument_count(arguments, "") < 2 || path == NULL) {
        return wrong_usage("list apply: an edition, deltas and -o are needed");
    }
    old = malloc(sizeof *old);
    if (old == NULL) {
        return fail(path, "no memory");
    }
    result = edition_open(old, argument_nth(arguments, "", 0));
    if (result != EXIT_DONE) {
        free(old);
        return result;
    }
    edition = old->edition;
    for (size_t i = 1; i < argument_count(arguments, "") && result == EXIT_DONE; i++) {
        result = apply_one(&edition, argument_nth(arguments, "", i), &body);
    }
    if (result == EXIT_DONE) {
        der_write_begin(&writer, der, sizeof der);
        result = write_unsigned(path, OID_DOCREV_EDITION, &writer, manifest_write(&edition.manifest, &writer), body);
    }
    if (result == EXIT_DONE && !arguments->json) {
        printf("%s: list %s, edition %llu, %llu entries; not signed\n", path, edition.manifest.list_id,
               (unsigned long long)edition.manifest.number, (unsigned long long)edition.manifest.entry_count);
    }
    if (body != NULL) {
        (void)fclose(body);
    }
    signed_file_close(&old->file);
    free(old);
    return result;
}
