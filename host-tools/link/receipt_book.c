#include "link/device_receipt.h"

#include "codec/hex.h"
#include "signing/atomic_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define KEY_FILE "key.der"
#define SUFFIX ".cms"

static bool join(char out[RECEIPT_PATH_MAX], const char *folder, const char *name)
{
    int len = snprintf(out, RECEIPT_PATH_MAX, "%s/%s", folder, name);

    return len > 0 && (size_t)len < RECEIPT_PATH_MAX;
}

static bool folder_of(char out[RECEIPT_PATH_MAX], const char *folder, const uint8_t device_id[FACTORY_DEVICE_ID_SIZE])
{
    char id[2 * FACTORY_DEVICE_ID_SIZE + 1];

    hex_encode(bytes_of(device_id, FACTORY_DEVICE_ID_SIZE), id);
    return join(out, folder, id);
}

static enum dr_status make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST ? DR_OK : DR_ERR_IO;
}

/* The key this device is known by; DR_ERR_NOT_FOUND: none yet. */
static enum dr_status read_key(const char *folder, uint8_t spki[DEVICE_SPKI_MAX], size_t *len)
{
    char path[RECEIPT_PATH_MAX];
    uint8_t *data = NULL;
    enum dr_status status;

    if (!join(path, folder, KEY_FILE)) {
        return DR_ERR_TOO_LARGE;
    }
    status = file_read_whole(path, DEVICE_SPKI_MAX, &data, len);
    if (status == DR_OK) {
        memcpy(spki, data, *len);
    } else if (errno == ENOENT) {
        status = DR_ERR_NOT_FOUND;
    }
    free(data);
    return status;
}

/* Numbers of a list begin anew in a new series. */
static bool is_older(const struct receipt_object *a, const struct receipt_object *b)
{
    return a->series != b->series ? a->series < b->series : a->number < b->number;
}

/* Was `earlier` made after what `now` states, by what only grows? */
static bool is_set_back(const struct receipt *now, const struct receipt *earlier)
{
    if (now->sequence < earlier->sequence || now->audit_size < earlier->audit_size) {
        return true;
    }
    if (now->audit_size == earlier->audit_size && memcmp(now->audit_head, earlier->audit_head, HASH_SHA256_SIZE) != 0) {
        return true;
    }
    for (unsigned i = 0; i < now->object_count; i++) {
        for (unsigned k = 0; k < earlier->object_count; k++) {
            const struct receipt_object *a = &now->objects[i], *b = &earlier->objects[k];

            if (a->kind == b->kind && strcmp(a->list_id, b->list_id) == 0 && is_older(a, b)) {
                return true;
            }
        }
    }
    return false;
}

static enum dr_status visit_file(const char *folder, const char *name, struct bytes spki, receipt_visit visit,
                                 void *ctx, bool *go_on, const char **why)
{
    char path[RECEIPT_PATH_MAX];
    struct receipt receipt;
    uint8_t *data = NULL;
    size_t len = 0;
    enum dr_status status = DR_ERR_TOO_LARGE;

    if (join(path, folder, name)) {
        status = file_read_whole(path, RECEIPT_MAX, &data, &len);
    }
    *why = "a receipt on file cannot be read";
    if (status == DR_OK && receipt_verify(bytes_of(data, len), spki, &receipt) != DR_OK) {
        *why = "a receipt on file does not verify under the device's key";
        status = DR_ERR_CORRUPT;
    }
    if (status == DR_OK) {
        *go_on = visit(ctx, &receipt);
    }
    free(data);
    return status;
}

enum dr_status receipt_book_walk(const char *folder, const uint8_t device_id[FACTORY_DEVICE_ID_SIZE],
                                 receipt_visit visit, void *ctx, const char **why)
{
    char own[RECEIPT_PATH_MAX];
    uint8_t spki[DEVICE_SPKI_MAX];
    size_t spki_len = 0;
    struct dirent *entry;
    bool go_on = true;
    DIR *directory;
    enum dr_status status = folder_of(own, folder, device_id) ? DR_OK : DR_ERR_TOO_LARGE;

    *why = "the receipts' folder cannot be read";
    if (status == DR_OK) {
        status = read_key(own, spki, &spki_len);
    }
    if (status != DR_OK) {
        return status;
    }
    directory = opendir(own);
    if (directory == NULL) {
        return DR_ERR_IO;
    }
    while (status == DR_OK && go_on && (entry = readdir(directory)) != NULL) {
        size_t len = strlen(entry->d_name);

        if (len > sizeof SUFFIX - 1 && strcmp(entry->d_name + len - (sizeof SUFFIX - 1), SUFFIX) == 0) {
            status = visit_file(own, entry->d_name, bytes_of(spki, spki_len), visit, ctx, &go_on, why);
        }
    }
    (void)closedir(directory);
    return status;
}

struct comparison {
    const struct receipt *now;
    bool set_back;
};

static bool compare(void *ctx, const struct receipt *receipt)
{
    struct comparison *comparison = ctx;

    comparison->set_back = comparison->set_back || is_set_back(comparison->now, receipt);
    return !comparison->set_back;
}

enum dr_status receipt_book_file(const char *folder, const struct device_receipt *receipt, char path[RECEIPT_PATH_MAX],
                                 const char **why)
{
    struct comparison comparison = {&receipt->receipt, false};
    char own[RECEIPT_PATH_MAX], name[96], nonce[2 * RECEIPT_MAX_NONCE + 1];
    uint8_t known[DEVICE_SPKI_MAX];
    size_t known_len = 0;
    enum dr_status status, earlier;

    *why = "the receipts' folder cannot be used";
    if (!folder_of(own, folder, receipt->receipt.device_id)) {
        return DR_ERR_TOO_LARGE;
    }
    if ((status = make_folder(folder)) != DR_OK || (status = make_folder(own)) != DR_OK) {
        return status;
    }
    status = read_key(own, known, &known_len);
    if (status == DR_ERR_NOT_FOUND) {
        status = join(path, own, KEY_FILE) ? atomic_file_write(path, bytes_of(receipt->spki, receipt->spki_len), false)
                                           : DR_ERR_TOO_LARGE;
    } else if (status == DR_OK &&
               !bytes_equal(bytes_of(known, known_len), bytes_of(receipt->spki, receipt->spki_len))) {
        *why = "the device signs with another key than the one known: its card was changed, or it is another device";
        return DR_ERR_UNTRUSTED;
    }
    if (status != DR_OK) {
        return status;
    }
    earlier = receipt_book_walk(folder, receipt->receipt.device_id, compare, &comparison, why);
    if (earlier != DR_OK) {
        return earlier;
    }
    hex_encode(receipt->receipt.nonce, nonce);
    (void)snprintf(name, sizeof name, "%012llu-%s" SUFFIX, (unsigned long long)receipt->receipt.sequence, nonce);
    *why = "the receipt cannot be written";
    status = join(path, own, name) ? atomic_file_write(path, bytes_of(receipt->cms, receipt->cms_len), false)
                                   : DR_ERR_TOO_LARGE;
    if (status == DR_OK && comparison.set_back) {
        *why = "the device states less than in an earlier receipt: its card was set back";
        status = DR_ERR_ROLLBACK;
    }
    return status;
}
