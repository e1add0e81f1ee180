/*
 * secure_messaging_unwrap. First octet: cipher, and whether the rest is a response as it is (then nothing of it may be
 * believed, unless the fuzzer broke the MAC) or gets its MAC and outer status here, so that what lies behind the MAC is
 * reached too.
 */
#include "crypto/mac.h"
#include "emrtd/secure_messaging.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void set_keys(struct secure_messaging *sm, uint8_t choice)
{
    static const enum cipher_algorithm ciphers[] = {CIPHER_3DES_2KEY, CIPHER_AES128, CIPHER_AES192, CIPHER_AES256};

    memset(sm, 0x5A, sizeof *sm);
    sm->algorithm = ciphers[choice & 3];
    memset(sm->ssc, 0, sizeof sm->ssc);
}

/* Appends DO8E over what is there, with the SSC of the first answer, and the status word of a DO99 before it. */
static size_t authenticate(const struct secure_messaging *sm, uint8_t *response, size_t len)
{
    uint8_t input[2 * CIPHER_MAX_BLOCK + PORT_NFC_MAX_RESPONSE] = {0};
    size_t block = cipher_block_size(sm->algorithm), padded;
    uint16_t sw = len >= 2 ? get_be16(response + len - 2) : SW_OK;

    input[block - 1] = 1;
    memcpy(input + block, response, len);
    padded = mac_pad(input, block + len, sizeof input, block);
    response[len] = 0x8E;
    response[len + 1] = MAC_SIZE;
    if (padded == 0 || mac_compute(sm->algorithm, sm->ks_mac, bytes_of(input, padded), response + len + 2) != DR_OK) {
        abort();
    }
    put_be16(response + len + 2 + MAC_SIZE, sw);
    return len + 4 + MAC_SIZE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t response[PORT_NFC_MAX_RESPONSE];
    struct secure_messaging sm;
    struct bytes plain;
    uint16_t sw;
    size_t len;
    bool with_mac;

    if (size < 1 || size - 1 > sizeof response - 4 - MAC_SIZE) {
        return 0;
    }
    set_keys(&sm, data[0]);
    with_mac = (data[0] & 4) != 0;
    len = size - 1;
    memcpy(response, data + 1, len);
    if (with_mac) {
        len = authenticate(&sm, response, len);
    }
    if (secure_messaging_unwrap(&sm, response, len, &plain, &sw) != DR_OK) {
        if (plain.len != 0) {
            abort();
        }
    } else if (!with_mac || plain.len > len) {
        abort();
    }
    return 0;
}
