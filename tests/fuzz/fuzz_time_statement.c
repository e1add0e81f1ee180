/* Time statements: what is read is written back to the same octets. */
#include "update/clock.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct time_statement statement;
    struct der_writer writer;
    uint8_t out[64];
    size_t len;

    if (time_statement_read(bytes_of(data, size), &statement) != DR_OK) {
        return 0;
    }
    der_write_begin(&writer, out, sizeof out);
    if (time_statement_write(&statement, &writer) != DR_OK || der_write_finish(&writer, &len) != DR_OK ||
        !bytes_equal(bytes_of(out, len), bytes_of(data, size))) {
        abort();
    }
    return 0;
}
