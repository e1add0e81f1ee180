/* CoAP: what decodes can be encoded, and the two say the same. */
#include "codec/coap.h"

#include <stdlib.h>

static bool same_block(const struct coap_block *a, const struct coap_block *b)
{
    return a->present == b->present &&
           (!a->present || (a->number == b->number && a->more == b->more && a->szx == b->szx));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct coap_message message, again;
    uint8_t out[2048];
    size_t len = sizeof out;

    if (coap_decode(bytes_of(data, size), &message) != DR_OK || coap_encode(&message, out, &len) != DR_OK) {
        return 0;
    }
    if (coap_decode(bytes_of(out, len), &again) != DR_OK || again.code != message.code || again.id != message.id ||
        again.token_len != message.token_len || memcmp(again.token, message.token, message.token_len) != 0 ||
        !bytes_equal(again.query, message.query) || !bytes_equal(again.payload, message.payload) ||
        !same_block(&again.block1, &message.block1) || !same_block(&again.block2, &message.block2) ||
        again.unknown_critical) {
        abort();
    }
    return 0;
}
