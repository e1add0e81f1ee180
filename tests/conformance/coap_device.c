/*
 * coap-device LINK VERB...: one exchange with a device, as it is: nothing is checked before it is sent, so that what is forged, cut,
 * out of order or too long arrives. What the kit (kit.sh) does to a device it does through this or through docrev.
 *
 *   get PATH                     prints the answer's code and payload
 *   put PATH FILE [FIRST COUNT]  sends the file's blocks of 1024 octets (RFC 7959), or COUNT of them from number FIRST on, until one is
 *                                refused; prints the last answer's code and payload
 *   holds KEY                    a receipt over a fresh nonce: policy, trust store and lists, a line each, with number and digest, and
 *                                their next updates by status. The device's key must be the one in the file KEY, which is
 *                                made if it is not there
 */
#include "link/device_receipt.h"

#include <stdio.h>
#include <stdlib.h>

#include "codec/hex.h"
#include "link/json_read.h"

#define BLOCK 1024U
#define BLOCK_SZX 6U

static struct device_link line;
static struct coap_client client;

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "coap-device: %s: %s\n", what, why);
    return EXIT_FAILURE;
}

static void print_answer(uint8_t code, struct bytes payload)
{
    printf("%u.%02u %.*s\n", code >> 5, code & 31U, (int)payload.len, (const char *)payload.data);
}

static int run_get(const char *path)
{
    static uint8_t answer[COAP_CLIENT_MAX_ANSWER];
    size_t len = sizeof answer;
    uint8_t code = 0;
    enum dr_status status = coap_client_get(&client, path, answer, &len, &code);

    if (status != DR_OK && code == 0) {
        return fail(path, "no answer");
    }
    print_answer(code, bytes_of(answer, status == DR_OK ? len : 0));
    return EXIT_SUCCESS;
}

static int run_put(const char *path, const char *name, uint32_t first, uint32_t count)
{
    uint8_t block[BLOCK];
    FILE *file = fopen(name, "rb");
    struct coap_message response = {0};
    enum dr_status status = DR_OK;
    long size;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) <= 0) {
        return fail(name, "cannot be read");
    }
    for (uint32_t number = first; status == DR_OK && count > 0 && (long)number * (long)BLOCK < size;
         number++, count--) {
        struct coap_message request = {.code = COAP_PUT, .has_format = true, .format = COAP_FORMAT_OCTETS};
        long at = (long)number * (long)BLOCK;
        size_t len;

        (void)snprintf(request.path, sizeof request.path, "%s", path);
        (void)fseek(file, at, SEEK_SET);
        len = fread(block, 1, sizeof block, file);
        request.block1 =
            (struct coap_block){.present = true, .number = number, .more = at + (long)len < size, .szx = BLOCK_SZX};
        request.payload = bytes_of(block, len);
        status = coap_client_exchange(&client, &request, &response);
        if (status == DR_OK && response.code != COAP_CONTINUE) {
            break;
        }
    }
    (void)fclose(file);
    if (status != DR_OK) {
        return fail(path, "no answer");
    }
    print_answer(response.code, response.payload);
    return EXIT_SUCCESS;
}

/* Is it the device that was here first? */
static int check_key(const struct device_receipt *receipt, const char *name)
{
    uint8_t known[DEVICE_SPKI_MAX];
    FILE *file = fopen(name, "rb");
    size_t len;
    bool same;

    if (file == NULL) {
        file = fopen(name, "wb");
        if (file == NULL || fwrite(receipt->spki, 1, receipt->spki_len, file) != receipt->spki_len) {
            return fail(name, "cannot be written");
        }
        return fclose(file) == 0 ? EXIT_SUCCESS : fail(name, "cannot be written");
    }
    len = fread(known, 1, sizeof known, file);
    (void)fclose(file);
    same = len == receipt->spki_len && memcmp(known, receipt->spki, len) == 0;
    return same ? EXIT_SUCCESS : fail("receipt", "signed by another key than before");
}

/* The dates that status adds: next update of policy, trust store and each list. */
static int print_dates(void)
{
    static const char *const paths[] = {"policy.next_update",   "trust.next_update",    "lists[0].next_update",
                                        "lists[1].next_update", "lists[2].next_update", "lists[3].next_update"};
    static uint8_t answer[COAP_CLIENT_MAX_ANSWER];
    size_t len = sizeof answer;
    char date[40];

    if (coap_client_get(&client, "status", answer, &len, NULL) != DR_OK) {
        return fail("status", "no answer");
    }
    for (unsigned i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (json_find_text(bytes_of(answer, len), paths[i], date, sizeof date) == DR_OK) {
            printf("%s %s\n", paths[i], date);
        }
    }
    return EXIT_SUCCESS;
}

static int run_holds(const char *key)
{
    static const char *const kinds[] = {
        [RECEIPT_POLICY] = "policy", [RECEIPT_TRUST] = "trust", [RECEIPT_LIST] = "list"};
    static struct device_receipt receipt;
    const char *why = "";

    if (device_receipt_get(&client, &receipt, &why) != DR_OK) {
        return fail("receipt", why);
    }
    if (check_key(&receipt, key) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    for (unsigned i = 0; i < receipt.receipt.object_count; i++) {
        const struct receipt_object *object = &receipt.receipt.objects[i];
        char root[2 * HASH_SHA256_SIZE + 1];

        hex_encode(bytes_of(object->root, sizeof object->root), root);
        printf("%s %s %llu %s\n", kinds[object->kind], object->kind == RECEIPT_LIST ? object->list_id : "-",
               (unsigned long long)object->number, root);
    }
    return print_dates();
}

static int run(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[2], "get") == 0) {
        return run_get(argv[3]);
    }
    if (argc == 5 && strcmp(argv[2], "put") == 0) {
        return run_put(argv[3], argv[4], 0, UINT32_MAX);
    }
    if (argc == 7 && strcmp(argv[2], "put") == 0) {
        return run_put(argv[3], argv[4], (uint32_t)strtoul(argv[5], NULL, 10), (uint32_t)strtoul(argv[6], NULL, 10));
    }
    if (argc == 4 && strcmp(argv[2], "holds") == 0) {
        return run_holds(argv[3]);
    }
    fprintf(stderr, "usage: coap-device LINK get PATH | put PATH FILE [FIRST COUNT] | holds KEY\n");
    return 2;
}

int main(int argc, char **argv)
{
    const char *why = "";
    int status;

    if (argc < 2 || device_link_open(&line, argv[1], &why) != DR_OK || coap_client_init(&client, &line) != DR_OK) {
        return fail(argc < 2 ? "LINK" : argv[1], why);
    }
    status = run(argc, argv);
    device_link_close(&line);
    return status;
}
