/* docrev list renew */
#include "codec/calendar.h"
#include "docrev/command.h"
#include "docrev/defaults.h"
#include "docrev/list.h"
#include "signing/officer_key.h"
#include "signing/signed_file.h"
#include "trust/renewal.h"

#include <stdio.h>

static int add_signatures(const struct arguments *arguments, const char *path)
{
    const char *key_path, *why = "";

    for (size_t i = 0; (key_path = argument_nth(arguments, "--key", i)) != NULL; i++) {
        struct officer_key *key;
        enum dr_status status;

        if (officer_key_load(key_path, &key, &why) != DR_OK) {
            return fail(key_path, why);
        }
        status = signed_file_sign(path, key, &why);
        officer_key_free(key);
        if (status != DR_OK) {
            return fail(key_path, why);
        }
    }
    return EXIT_DONE;
}

int run_list_renew(const struct arguments *arguments)
{
    const char *path = argument(arguments, "-o"), *edition = argument(arguments, ""), *why = "";
    char text[CALENDAR_ISO8601_SIZE];
    uint8_t content[MANIFEST_MAX_SIZE];
    uint64_t days = DEFAULT_LIST_DAYS;
    struct renewal renewal;
    struct signed_file file;
    struct der_writer writer;
    size_t len = 0;
    int status;

    if (path == NULL || argument_count(arguments, "") != 1 || argument(arguments, "--key") == NULL) {
        return wrong_usage("list renew: an edition, -o and --key are needed");
    }
    renewal.next_update = 0;
    if (!argument_number(arguments, "--days", 1, 366, &days) ||
        !argument_time(arguments, "--next-update", &renewal.next_update)) {
        return EXIT_USAGE;
    }
    if (signed_file_open(&file, edition) != DR_OK) {
        return fail(edition, file.why);
    }
    if (file.type != OID_DOCREV_EDITION) {
        signed_file_close(&file);
        return fail(edition, "not an edition");
    }
    memcpy(renewal.list_id, file.manifest.list_id, sizeof renewal.list_id);
    memcpy(renewal.root, file.manifest.root, sizeof renewal.root);
    renewal.number = file.manifest.number;
    if (renewal.next_update == 0) {
        renewal.next_update = time_now() + (int64_t)days * SECONDS_PER_DAY;
    }
    signed_file_close(&file);
    der_write_begin(&writer, content, sizeof content);
    renewal_write(&renewal, &writer);
    if (der_write_finish(&writer, &len) != DR_OK ||
        signed_file_create(path, OID_DOCREV_RENEWAL, bytes_of(content, len), NULL, &why) != DR_OK) {
        return fail(path, why);
    }
    status = add_signatures(arguments, path);
    if (status != EXIT_DONE) {
        return status;
    }
    calendar_format(renewal.next_update, text);
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "file", path);
        json_text(out, "list", renewal.list_id);
        json_int(out, "number", (int64_t)renewal.number);
        json_text(out, "next_update", text);
        report_end();
    } else {
        printf("%s: list %s, edition %llu, fresh until %s\n", path, renewal.list_id, (unsigned long long)renewal.number,
               text);
    }
    return EXIT_DONE;
}
