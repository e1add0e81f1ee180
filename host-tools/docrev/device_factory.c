/* docrev device factory */
#include "codec/factory_page.h"
#include "codec/hex.h"
#include "docrev/device.h"
#include "signing/atomic_file.h"
#include "signing/signed_file.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>

/* Whose first policy the device will take: the owner of this one. */
static int pin_owner(const char *path, struct factory_page *factory)
{
    struct signed_file file;
    struct policy policy;
    int status = EXIT_DONE;

    if (signed_file_open(&file, path) != DR_OK) {
        return fail(path, file.why);
    }
    if (file.type != OID_DOCREV_POLICY || policy_read(file.cms.content, &policy) != DR_OK ||
        policy_role_sha256(&policy.owner_role, factory->owner) != DR_OK) {
        status = fail(path, "not a policy");
    }
    signed_file_close(&file);
    return status;
}

int run_device_factory(const struct arguments *arguments)
{
    const char *path = argument(arguments, "-o"), *owner = argument(arguments, "--owner");
    struct factory_page factory = {.locked = argument_flag(arguments, "--locked")};
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
    status = owner != NULL ? pin_owner(owner, &factory) : EXIT_DONE;
    if (status != EXIT_DONE) {
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
