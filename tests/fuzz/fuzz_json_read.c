/* JSON from a device: any bytes end in values or a clean error; what is shown of them has no control characters. */
#include "link/json_read.h"

#include <stdlib.h>

static bool check_member(void *ctx, const char *path, enum json_type type, struct bytes raw)
{
    char out[64];

    (void)ctx;
    (void)type;
    json_printable(raw, out, sizeof out);
    for (size_t i = 0; out[i] != '\0'; i++) {
        if ((uint8_t)out[i] < 0x20 || out[i] == 0x7F) {
            abort();
        }
    }
    if (strlen(path) >= JSON_MAX_PATH) {
        abort();
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t number;
    char text[32];

    (void)json_walk(bytes_of(data, size), check_member, NULL);
    (void)json_find_uint(bytes_of(data, size), "lists[0].number", &number);
    (void)json_find_text(bytes_of(data, size), "error", text, sizeof text);
    return 0;
}
