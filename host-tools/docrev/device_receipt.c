/* The end of docrev device push and status: a receipt that the device signed, verified and, with --receipts, filed. */
#include "link/device_receipt.h"
#include "codec/hex.h"
#include "docrev/device.h"
#include "signing/signed_file.h"
#include "trust/renewal.h"

#include <errno.h>
#include <stdio.h>

static bool states(const struct receipt *receipt, const struct signed_file *file)
{
    uint8_t digest[HASH_SHA256_SIZE];
    enum receipt_object_kind kind = file->type == OID_DOCREV_POLICY        ? RECEIPT_POLICY
                                    : file->type == OID_DOCREV_TRUST_STORE ? RECEIPT_TRUST
                                                                           : RECEIPT_LIST;

    struct renewal edition = {.number = file->manifest.number};

    memcpy(edition.list_id, file->manifest.list_id, sizeof edition.list_id);
    memcpy(edition.root, file->manifest.root, sizeof edition.root);
    if (hash_compute(HASH_SHA256, file->cms.whole, digest) != DR_OK ||
        (file->type == OID_DOCREV_RENEWAL && renewal_read(file->cms.content, &edition) != DR_OK)) {
        return false;
    }
    for (unsigned i = 0; i < receipt->object_count; i++) {
        const struct receipt_object *object = &receipt->objects[i];
        const uint8_t *root = kind == RECEIPT_POLICY ? digest : edition.root;

        if (object->kind == kind && memcmp(object->root, root, HASH_SHA256_SIZE) == 0 &&
            (kind == RECEIPT_POLICY ||
             (object->number == edition.number && strcmp(object->list_id, edition.list_id) == 0))) {
            return true;
        }
    }
    return false;
}

/* Does the receipt bear out that the pushed file is in force? */
static int check_push(const struct receipt *receipt, const char *pushed)
{
    struct signed_file file;
    int status = EXIT_DONE;

    if (signed_file_open(&file, pushed) != DR_OK) {
        return fail(pushed, file.why);
    }
    if (!states(receipt, &file)) {
        status = fail(pushed, "the device's receipt does not state this file");
    }
    signed_file_close(&file);
    return status;
}

static void report(const struct arguments *arguments, const struct device_receipt *receipt, const char *filed)
{
    char key[2 * HASH_SHA256_SIZE + 1], id[2 * FACTORY_DEVICE_ID_SIZE + 1];

    hex_encode(bytes_of(receipt->key_sha256, HASH_SHA256_SIZE), key);
    hex_encode(bytes_of(receipt->receipt.device_id, FACTORY_DEVICE_ID_SIZE), id);
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_object(out, "receipt");
        json_text(out, "device", id);
        json_text(out, "key", key);
        json_int(out, "sequence", (int64_t)receipt->receipt.sequence);
        json_time(out, "time", receipt->receipt.time);
        json_bool(out, "confirmed", receipt->receipt.confirmed);
        json_int(out, "audit_size", (int64_t)receipt->receipt.audit_size);
        if (filed != NULL) {
            json_text(out, "file", filed);
        }
        json_end_object(out);
        report_end();
    } else {
        printf("receipt of device %s, key %.16s..., sequence %llu, %llu audit records%s%s\n", id, key,
               (unsigned long long)receipt->receipt.sequence, (unsigned long long)receipt->receipt.audit_size,
               filed != NULL ? ": " : "", filed != NULL ? filed : "");
    }
}

int device_receipt_take(struct device_session *session, const struct arguments *arguments, const char *pushed)
{
    const char *folder = argument(arguments, "--receipts"), *why = "";
    struct device_receipt receipt;
    char path[RECEIPT_PATH_MAX];
    enum dr_status result = device_receipt_get(&session->client, &receipt, &why);
    int status;

    if (result != DR_OK) {
        return fail("device", why);
    }
    if (folder != NULL) {
        errno = 0;
        result = receipt_book_file(folder, &receipt, path, &why);
        if (result != DR_OK) {
            return fail(folder, result == DR_ERR_IO && errno != 0 ? strerror(errno) : why);
        }
    }
    status = pushed != NULL ? check_push(&receipt.receipt, pushed) : EXIT_DONE;
    if (status == EXIT_DONE) {
        report(arguments, &receipt, folder != NULL ? path : NULL);
    }
    return status;
}
