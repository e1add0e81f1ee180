/* Manifests: what is read without extensions writes back to the same octets. */
#include "trust/manifest.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest manifest;
    struct der_writer writer;
    uint8_t again[MANIFEST_MAX_SIZE];
    size_t len;

    if (manifest_read(bytes_of(data, size), &manifest) != DR_OK) {
        return 0;
    }
    der_write_begin(&writer, again, sizeof again);
    if (manifest_write(&manifest, &writer) != DR_OK || der_write_finish(&writer, &len) != DR_OK || len > size) {
        abort();
    }
    if (len == size && memcmp(again, data, size) != 0) {
        abort();
    }
    return 0;
}
