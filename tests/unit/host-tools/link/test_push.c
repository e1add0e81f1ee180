/* Pushes to a device that loses, breaks, forgets, refuses and lies: only its confirmation of this file is success. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "fake_device.h"

#include "codec/hex.h"
#include "crypto/hash.h"
#include "link/push.h"
#include "signing/atomic_file.h"

#define BLOCKS 5U

static char file_path[] = "/tmp/docrev-push-XXXXXX";
static uint8_t *file_data;
static size_t file_len;
static char root[2 * HASH_SHA256_SIZE + 1], cms_sha256[2 * HASH_SHA256_SIZE + 1];

static int make_file(void **state)
{
    struct manifest manifest = {.list_id = "test",
                                .number = 3,
                                .this_update = 1795539909,
                                .next_update = 1795639909,
                                .entry_count = 1,
                                .block_size = BLOCK_TREE_BLOCK,
                                .body_length = BLOCKS * BLOCK_TREE_BLOCK};
    uint8_t der[MANIFEST_MAX_SIZE], digest[HASH_SHA256_SIZE];
    struct der_writer writer;
    size_t len = 0;
    FILE *body = tmpfile();
    const char *why;
    int fd = mkstemp(file_path);
    struct signed_file file;

    (void)state;
    if (body == NULL || fd < 0) {
        return -1;
    }
    (void)close(fd);
    memset(manifest.root, 0xAB, sizeof manifest.root);
    der_write_begin(&writer, der, sizeof der);
    assert_int_equal(manifest_write(&manifest, &writer), DR_OK);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    for (unsigned i = 0; i < BLOCKS * BLOCK_TREE_BLOCK; i++) {
        (void)fputc((int)(i * 7U ^ i / 251U), body);
    }
    assert_int_equal(signed_file_create(file_path, OID_DOCREV_EDITION, bytes_of(der, len), body, &why), DR_OK);
    (void)fclose(body);
    assert_int_equal(file_read_whole(file_path, FAKE_MAX, &file_data, &file_len), DR_OK);
    assert_int_equal(signed_file_open(&file, file_path), DR_OK);
    assert_int_equal(hash_compute(HASH_SHA256, file.cms.whole, digest), DR_OK);
    signed_file_close(&file);
    hex_encode(bytes_of(digest, sizeof digest), cms_sha256);
    hex_encode(bytes_of(manifest.root, sizeof manifest.root), root);
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    free(file_data);
    return remove(file_path);
}

static struct fake_device *new_fake(void)
{
    struct fake_device *fake = calloc(1, sizeof *fake);

    assert_non_null(fake);
    fake->id = "test";
    fake->number = 3;
    fake->root = root;
    fake->size = (uint32_t)file_len;
    fake->cms_sha256 = cms_sha256;
    return fake;
}

static enum dr_status push(struct fake_device *fake, struct push_result *result, unsigned patience)
{
    static struct device_link line;
    static struct coap_client client;
    struct push_options options = {.patience = patience};
    const char *why = "";
    enum dr_status status;

    memset(&line, 0, sizeof line);
    assert_int_equal(device_link_open(&line, fake->spec, &why), DR_OK);
    assert_int_equal(coap_client_init(&client, &line), DR_OK);
    status = push_file(&client, file_path, &options, result);
    device_link_close(&line);
    return status;
}

/* Runs one push to its end; on success the device must have the whole file. */
static enum dr_status run(struct fake_device *fake, struct push_result *result, unsigned patience)
{
    enum dr_status status;

    fake_start(fake);
    status = push(fake, result, patience);
    fake_stop(fake);
    if (status == DR_OK && !result->already) {
        assert_true(fake->complete);
        assert_memory_equal(fake->file, file_data, file_len);
    }
    return status;
}

static void brings_a_file(void **state)
{
    struct fake_device *fake = new_fake();
    struct push_result result;

    (void)state;
    assert_int_equal(run(fake, &result, 5), DR_OK);
    assert_int_equal(result.number, 3);
    assert_int_equal(result.size, file_len);
    assert_int_equal(fake->puts, (file_len + 1023) / 1024);
    free(fake);
}

static void gets_through_what_goes_wrong(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        struct fake_device *fake = new_fake();
        struct push_result result;

        switch (i) {
        case 0:
            fake->drop_every = 5;
            break;
        case 1:
            fake->break_after = 9;
            break;
        case 2:
            fake->break_after = 9;
            fake->forget = true;
            break;
        case 3:
            fake->busy = 2;
            break;
        case 4:
            fake->damaged = 3;
            break;
        case 5:
            fake->smaller_szx = 3;
            break;
        case 6:
            fake->acks_first = true;
            break;
        default:
            fake->break_after = 1;
            break;
        }
        if (run(fake, &result, 10) != DR_OK) {
            fail_msg("case %d: %s", i, result.why);
        }
        free(fake);
    }
}

static void goes_on_where_the_device_stands(void **state)
{
    static const uint32_t stands[] = {1024, 4096, 4096 + 333};

    (void)state;
    for (size_t i = 0; i < sizeof stands / sizeof stands[0]; i++) {
        struct fake_device *fake = new_fake();
        struct push_result result;

        fake->offset = stands[i];
        memcpy(fake->file, file_data, stands[i]);
        assert_int_equal(run(fake, &result, 5), DR_OK);
        assert_int_equal(result.resumed_at, stands[i]);
        assert_int_equal(fake->puts, (file_len + 1023) / 1024 - stands[i] / 1024);
        free(fake);
    }
}

static void begins_anew_when_the_device_has_another_file(void **state)
{
    struct fake_device *fake = new_fake();
    struct push_result result;

    (void)state;
    fake->offset = 4096;
    fake->cms_sha256 = "00";
    assert_int_equal(run(fake, &result, 5), DR_OK);
    assert_int_equal(result.resumed_at, 0);
    free(fake);
}

static void sends_nothing_that_is_there(void **state)
{
    struct fake_device *fake = new_fake();
    struct push_result result;

    (void)state;
    fake->complete = true;
    assert_int_equal(run(fake, &result, 5), DR_OK);
    assert_true(result.already);
    assert_int_equal(fake->puts, 0);
    free(fake);
}

static void gives_up_with_the_devices_words(void **state)
{
    struct fake_device *fake = new_fake();
    struct push_result result;

    (void)state;
    fake->refuse = true;
    assert_int_equal(run(fake, &result, 5), DR_ERR_UNTRUSTED);
    assert_string_equal(result.why, "too few signers: 1 of 2");
    free(fake);

    fake = new_fake();
    fake->wrong_root = true;
    assert_int_equal(run(fake, &result, 5), DR_ERR_PROTOCOL);
    free(fake);

    fake = new_fake();
    fake->busy = 1000;
    assert_int_equal(run(fake, &result, 1), DR_ERR_UNTRUSTED);
    assert_string_equal(result.why, "inspecting");
    free(fake);

    fake = new_fake();
    fake->damaged = 1000;
    assert_true(run(fake, &result, 1) != DR_OK);
    assert_string_equal(result.why, "stored data damaged");
    free(fake);
}

static void puts_long_answers_together(void **state)
{
    static struct device_link line;
    static struct coap_client client;
    struct fake_device *fake = new_fake();
    uint8_t answer[6000];
    size_t len = sizeof answer;
    uint8_t code = 0;
    const char *why = "";

    (void)state;
    fake->big_status = true;
    fake_start(fake);
    assert_int_equal(device_link_open(&line, fake->spec, &why), DR_OK);
    assert_int_equal(coap_client_init(&client, &line), DR_OK);
    assert_int_equal(coap_client_get(&client, "status", answer, &len, &code), DR_OK);
    assert_int_equal(len, 5000);
    assert_int_equal(answer[0], '"');
    assert_int_equal(answer[4999], '"');
    len = 4999;
    assert_int_equal(coap_client_get(&client, "status", answer, &len, &code), DR_ERR_TOO_LARGE);
    len = sizeof answer;
    assert_int_equal(coap_client_get(&client, "none", answer, &len, &code), DR_ERR_PROTOCOL);
    assert_int_equal(code, COAP_NOT_FOUND);
    device_link_close(&line);
    fake_stop(fake);
    free(fake);
}

static void knows_which_links_there_are(void **state)
{
    static struct device_link line;
    const char *why = NULL;

    (void)state;
    assert_int_equal(device_link_open(&line, "/dev/null", &why), DR_ERR_ARGUMENT);
    assert_int_equal(device_link_open(&line, "serial:/nonexistent", &why), DR_ERR_IO);
    assert_non_null(why);
    assert_int_equal(device_link_open(&line, "coap://[::1]:5683/", &why), DR_OK);
    device_link_close(&line);
    assert_int_equal(device_link_open(&line, "coap://127.0.0.1", &why), DR_OK);
    device_link_close(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brings_a_file),
        cmocka_unit_test(gets_through_what_goes_wrong),
        cmocka_unit_test(goes_on_where_the_device_stands),
        cmocka_unit_test(begins_anew_when_the_device_has_another_file),
        cmocka_unit_test(sends_nothing_that_is_there),
        cmocka_unit_test(gives_up_with_the_devices_words),
        cmocka_unit_test(puts_long_answers_together),
        cmocka_unit_test(knows_which_links_there_are),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
