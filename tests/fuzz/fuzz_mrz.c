/* MRZ: parses the bytes as they are and as an optical reader's lines. What parses has a key and a document to compare. */
#include "codec/mrz.h"

#include <stdlib.h>

static void use(struct bytes text)
{
    struct mrz mrz;
    uint8_t information[MRZ_INFORMATION_MAX];
    size_t len = 0;
    int64_t seconds;

    if (mrz_parse(text, &mrz) != DR_OK) {
        return;
    }
    if (mrz_information(&mrz, information, &len) != DR_OK || len < 24 || len > sizeof information) {
        abort();
    }
    if (strlen(mrz.document_number) > MRZ_MAX_DOCUMENT_NUMBER || !mrz_same_document(&mrz, &mrz)) {
        abort();
    }
    (void)mrz_expiry_seconds(&mrz, 1795539909, &seconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mrz_collector collector;
    char text[MRZ_MAX_LEN];
    size_t len = 0;

    use(bytes_of(data, size));
    mrz_collector_reset(&collector);
    for (size_t i = 0; i < size; i++) {
        if (mrz_collect(&collector, data[i], text, &len) == DR_OK) {
            use(bytes_of(text, len));
        }
    }
    return 0;
}
