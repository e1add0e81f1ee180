/* Whatever a host line brings: every frame that comes back is whole, and what it holds is CoAP or text. Update is played. */
#include "../unit/app/fake_board.h"
#include "../unit/app/fake_inspection.h"
#include "../unit/app/fake_update.h"

static void check_output(void)
{
    static uint8_t buffer[4096];
    struct slipmux_decoder decoder;
    struct coap_message message;

    slipmux_decoder_init(&decoder, buffer, sizeof buffer);
    for (size_t i = 0; i < board.host.out_len; i++) {
        enum slipmux_event event = slipmux_decode(&decoder, board.host.out[i]);

        if (event == SLIPMUX_DAMAGED || event == SLIPMUX_TEXT_LINE ||
            (event == SLIPMUX_COAP_FRAME &&
             (decoder.length > LINK_MAX_MESSAGE || coap_decode(bytes_of(buffer, decoder.length), &message) != DR_OK))) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct device device;
    static bool started;

    if (!started) {
        started = true;
        fake_board_reset();
        fake_update.load = DR_ERR_NOT_FOUND;
        device_init(&device, &fake_ports);
    }
    if (size > 4096) {
        return 0;
    }
    board.host.out_len = board.host.in_at = 0;
    board.host.in_len = size;
    memcpy(board.host.in, data, size);
    for (unsigned i = 0; i < 4; i++) {
        device_step(&device);
    }
    check_output();
    return 0;
}
