#include "link/device_receipt.h"

#include "codec/hex.h"

#include <stdio.h>
#include <sys/random.h>

#define NONCE_SIZE 16U

enum dr_status device_receipt_get(struct coap_client *client, struct device_receipt *out, const char **why)
{
    uint8_t nonce[NONCE_SIZE], code = 0;
    char path[64] = "receipt?nonce=";
    enum dr_status status = DR_ERR_CRYPTO;

    *why = "no random numbers";
    if (getrandom(nonce, sizeof nonce, 0) != (ssize_t)sizeof nonce) {
        return status;
    }
    hex_encode(bytes_of(nonce, sizeof nonce), path + strlen(path));
    out->spki_len = sizeof out->spki;
    out->cms_len = sizeof out->cms;
    *why = "the device gives no receipt";
    status = coap_client_get(client, "identity", out->spki, &out->spki_len, &code);
    if (status == DR_OK) {
        status = coap_client_get(client, path, out->cms, &out->cms_len, &code);
    }
    if (status == DR_OK) {
        *why = "the device's receipt does not verify";
        status = receipt_verify(bytes_of(out->cms, out->cms_len), bytes_of(out->spki, out->spki_len), &out->receipt);
    }
    if (status == DR_OK && !bytes_equal(out->receipt.nonce, bytes_of(nonce, sizeof nonce))) {
        *why = "the device's receipt is an old one";
        status = DR_ERR_PROTOCOL;
    }
    if (status == DR_OK) {
        status = hash_compute(HASH_SHA256, bytes_of(out->spki, out->spki_len), out->key_sha256);
    }
    return status;
}
