/* Slipmux: decodes a line's bytes; every frame that comes out goes in again and must come out the same. */
#include "codec/slipmux.h"

#include <stdlib.h>

#define FRAME 256U

struct echo {
    struct slipmux_decoder decoder;
    uint8_t buffer[FRAME + 2];
    enum slipmux_event last;
};

static void into_decoder(void *ctx, const uint8_t *data, size_t len)
{
    struct echo *echo = ctx;

    for (size_t i = 0; i < len; i++) {
        enum slipmux_event event = slipmux_decode(&echo->decoder, data[i]);
        if (event != SLIPMUX_NOTHING) {
            echo->last = event;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t buffer[FRAME];
    struct slipmux_decoder decoder;

    slipmux_decoder_init(&decoder, buffer, sizeof buffer);
    for (size_t i = 0; i < size; i++) {
        enum slipmux_event event = slipmux_decode(&decoder, data[i]);
        struct bytes content = bytes_of(buffer, decoder.length);

        if (decoder.length > sizeof buffer) {
            abort();
        }
        if (event == SLIPMUX_COAP_FRAME || event == SLIPMUX_TEXT_FRAME) {
            struct echo echo = {.last = SLIPMUX_NOTHING};
            slipmux_decoder_init(&echo.decoder, echo.buffer, sizeof echo.buffer);
            slipmux_encode(event == SLIPMUX_COAP_FRAME ? SLIPMUX_COAP : SLIPMUX_DIAGNOSTIC, content, into_decoder,
                           &echo);
            if (echo.last != event || !bytes_equal(bytes_of(echo.buffer, echo.decoder.length), content)) {
                abort();
            }
        }
    }
    return 0;
}
