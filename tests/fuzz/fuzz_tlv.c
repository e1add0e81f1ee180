/* BER-TLV: consecutive items, each agreeing with what tlv_file_length tells of it. */
#include "codec/tlv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes rest = bytes_of(data, size), value;
    struct tlv_item item;

    while (rest.len > 0) {
        struct bytes before = rest;
        uint16_t tag;
        size_t whole;

        if (tlv_next(&rest, &item) != DR_OK) {
            break;
        }
        if (tlv_file_length(before, &tag, &whole) != DR_OK || tag != item.tag || whole != before.len - rest.len ||
            whole != item.header_len + item.value.len) {
            abort();
        }
        if (tlv_find(bytes_of(data, size), item.tag, &value) != DR_OK) {
            abort();
        }
    }
    return 0;
}
