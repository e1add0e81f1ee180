/* DER: walks whatever nests, reads every item as every type, and writes each header back as it was. */
#include "codec/der.h"
#include "codec/der_write.h"

#include <stdlib.h>

#define MAX_DEPTH 32U

static void read_as_every_type(struct bytes item)
{
    struct der_reader reader;
    struct bytes view;
    uint64_t number;
    int64_t seconds;
    bool flag;

    reader = der_reader_of(item);
    (void)der_uint64(&reader, &number);
    reader = der_reader_of(item);
    (void)der_boolean(&reader, &flag);
    reader = der_reader_of(item);
    (void)der_bit_string(&reader, &view);
    reader = der_reader_of(item);
    (void)der_time(&reader, &seconds);
    reader = der_reader_of(item);
    if (der_unsigned(&reader, &view) == DR_OK && view.len == 0) {
        abort();
    }
}

/* DER is canonical: tag and length can be written in one way only. */
static void write_back(const struct der_item *item)
{
    size_t len = 0;
    uint8_t *out = malloc(item->whole.len);
    struct der_writer writer;

    if (out == NULL) {
        return;
    }
    der_write_begin(&writer, out, item->whole.len);
    der_write_item(&writer, item->tag, item->value);
    if (der_write_finish(&writer, &len) != DR_OK || !bytes_equal(bytes_of(out, len), item->whole)) {
        abort();
    }
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct der_reader stack[MAX_DEPTH];
    unsigned depth = 0;

    stack[0] = der_reader_of(bytes_of(data, size));
    for (;;) {
        struct der_item item;
        if (der_next(&stack[depth], &item) != DR_OK) {
            if (depth-- == 0) {
                return 0;
            }
            continue;
        }
        read_as_every_type(item.whole);
        write_back(&item);
        if ((item.tag & 0x20U) != 0 && depth + 1 < MAX_DEPTH) {
            stack[++depth] = der_reader_of(item.value);
        }
    }
}
