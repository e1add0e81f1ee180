/* Receipts of devices (update/receipt.h): asked for with a fresh nonce, verified, and kept in a folder. */
#ifndef DOCREV_LINK_DEVICE_RECEIPT_H
#define DOCREV_LINK_DEVICE_RECEIPT_H

#include "link/coap_client.h"
#include "update/receipt.h"

#define DEVICE_SPKI_MAX 128U

/* Not to be moved: `receipt` has views into `cms`. */
struct device_receipt {
    uint8_t cms[RECEIPT_MAX];
    size_t cms_len;
    uint8_t spki[DEVICE_SPKI_MAX];
    size_t spki_len;
    uint8_t key_sha256[HASH_SHA256_SIZE];
    struct receipt receipt;
};

/*
 * Asks the device for its key and a receipt over a nonce drawn here, and verifies it under that key. Whether the key is the
 * device's is the book's to say. DR_ERR_SIGNATURE, DR_ERR_PROTOCOL (another nonce), or what the link gave; `why` in English.
 */
enum dr_status device_receipt_get(struct coap_client *client, struct device_receipt *out, const char **why);

/*
 * The book: FOLDER/<device id>/key.der is the device's key, taken from the first receipt that was filed or put there by whoever
 * provisioned it; beside it lies each receipt as <sequence>-<nonce>.cms, which never changes.
 *
 * Files the receipt. DR_ERR_UNTRUSTED: another key than the one known (another card, or another device that bears its name);
 * DR_ERR_ROLLBACK: the device states less than it did before, so its card was set back (the receipt is filed all the same);
 * DR_ERR_CORRUPT: a filed receipt does not verify; DR_ERR_IO with errno. `path` gets the file's name.
 */
#define RECEIPT_PATH_MAX 512U
enum dr_status receipt_book_file(const char *folder, const struct device_receipt *receipt, char path[RECEIPT_PATH_MAX],
                                 const char **why);

/* Calls `visit` with each filed receipt of the device, in any order, all verified under its key.
 * False ends it. DR_ERR_NOT_FOUND: the book does not know this device. */
typedef bool (*receipt_visit)(void *ctx, const struct receipt *receipt);
enum dr_status receipt_book_walk(const char *folder, const uint8_t device_id[FACTORY_DEVICE_ID_SIZE],
                                 receipt_visit visit, void *ctx, const char **why);

#endif
