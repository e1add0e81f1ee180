/* Deviation lists: every entry inside, the list's own signature, and the records that a trust store keeps of them. */
#include "trust/deviation_list.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct deviation_list *list)
{
    struct bytes rest = list->deviations;
    struct deviation deviation;
    struct bytes inner;
    struct bytes number;
    enum deviation_kind kind;
    uint32_t parameter;
    enum dr_status status;

    while (deviation_list_next(&rest, &deviation) == DR_OK) {
        inner = deviation.descriptions;
        while ((status = deviation_next_description(&inner, &kind, &parameter)) == DR_OK ||
               status == DR_ERR_UNSUPPORTED) {
            if (status == DR_OK && ((unsigned)kind >= DEVIATION_KINDS || parameter == 0)) {
                abort();
            }
        }
        inner = deviation.numbers;
        while (deviation_next_number(&inner, &number) == DR_OK) {
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct deviation_record record;
    struct deviation_record again;
    struct deviation_list list;
    struct certificate certificate;
    uint8_t octets[CSCA_RECORD_MAX];
    size_t len;

    if (deviation_record_read(bytes_of(data, size), &record) == DR_OK &&
        deviation_record_write("UT", &record, octets, &len) == DR_OK &&
        (deviation_record_read(bytes_of(octets + 1 + octets[0], len - 1U - octets[0]), &again) != DR_OK ||
         !bytes_equal(again.numbers, record.numbers))) {
        abort();
    }
    if (deviation_list_read(bytes_of(data, size), &list) != DR_OK) {
        return 0;
    }
    walk(&list);
    if (deviation_list_verify(&list, &certificate) == DR_OK && !deviation_list_signer_usage(&certificate)) {
        abort();
    }
    return 0;
}
