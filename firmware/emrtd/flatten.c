#include "codec/tlv.h"
#include "emrtd/lds.h"

#define TAG_SOD 0x77U

void lds_flatten(uint8_t *file, size_t len)
{
    struct bytes rest = bytes_of(file, len);
    struct tlv_item outer;

    if (len > 0 && file[0] == TAG_SOD) {
        if (tlv_next(&rest, &outer) == DR_OK) {
            (void)cms_flatten(file + (outer.value.data - file), outer.value.len);
        }
    } else {
        (void)cms_flatten(file, len);
    }
}
