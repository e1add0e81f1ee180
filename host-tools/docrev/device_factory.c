/* docrev device factory */
#include "codec/factory_page.h"
#include "codec/hex.h"
#include "docrev/device.h"
#include "signing/atomic_file.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>

int run_device_factory(const struct arguments *arguments)
{
    const char *path = argument(arguments, "-o");
    struct factory_page factory;
    uint8_t page[FACTORY_PAGE_SIZE];
    char id[2 * FACTORY_DEVICE_ID_SIZE + 1];
    int status = EXIT_DONE;

    if (path == NULL || argument_count(arguments, "") > 0) {
        return wrong_usage("device factory: -o is needed");
    }
    if (RAND_bytes(factory.device_id, sizeof factory.device_id) != 1 ||
        RAND_priv_bytes(factory.device_secret, sizeof factory.device_secret) != 1 ||
        RAND_priv_bytes(factory.first_seed, sizeof factory.first_seed) != 1) {
        status = fail(path, "no random numbers");
        goto out;
    }
    factory_page_write(&factory, page);
    hex_encode(bytes_of(factory.device_id, sizeof factory.device_id), id);
    if (atomic_file_write(path, bytes_of(page, sizeof page), true) != DR_OK) {
        status = fail(path, strerror(errno));
    } else if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "device", id);
        report_end();
    } else {
        printf("%s: device %s\n", path, id);
    }
out:
    OPENSSL_cleanse(&factory, sizeof factory);
    OPENSSL_cleanse(page, sizeof page);
    return status;
}
