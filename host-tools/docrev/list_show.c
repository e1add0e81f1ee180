/* docrev list show */
#include "codec/calendar.h"
#include "docrev/list.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned count_signatures(const struct cms *cms)
{
    struct bytes rest = cms->signer_infos;
    struct cms_signer signer;
    unsigned count = 0;

    while (cms_next_signer(&rest, &signer) != DR_ERR_NOT_FOUND && count < 1000) {
        count++;
    }
    return count;
}

int run_list_show(const struct arguments *arguments)
{
    const char *path = argument(arguments, "");
    char from[CALENDAR_ISO8601_SIZE], until[CALENDAR_ISO8601_SIZE];
    struct block_tree_shape shape;
    struct edition_file *edition;
    const struct manifest *manifest;
    uint64_t leaves, index, authentication;
    double bits;
    int result;

    if (argument_count(arguments, "") != 1) {
        return wrong_usage("list show: one file is needed");
    }
    if (is_delta(path)) {
        return delta_show(arguments, path);
    }
    edition = malloc(sizeof *edition);
    if (edition == NULL) {
        return fail(path, "no memory");
    }
    result = edition_open(edition, path);
    if (result != EXIT_DONE) {
        goto out;
    }
    manifest = &edition->edition.manifest;
    if (block_tree_shape(&edition->edition.source, manifest->root, edition->scratch.block, &shape) != DR_OK) {
        result = fail(path, "the body is not the one that the manifest names");
        goto close;
    }
    leaves = (uint64_t)shape.leaf_count * BLOCK_TREE_BLOCK;
    index = (uint64_t)shape.index_blocks * BLOCK_TREE_BLOCK + shape.root_index_bytes;
    authentication = manifest->body_length - leaves - index;
    bits = manifest->entry_count > 0 ? 8.0 * (double)manifest->body_length / (double)manifest->entry_count : 0;
    calendar_format(manifest->this_update, from);
    calendar_format(manifest->next_update, until);
    if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "list", manifest->list_id);
        json_int(out, "number", (int64_t)manifest->number);
        json_int(out, "entries", (int64_t)manifest->entry_count);
        json_text(out, "this_update", from);
        json_text(out, "next_update", until);
        json_int(out, "signatures", count_signatures(&edition->file.cms));
        json_int(out, "cms_bytes", (int64_t)edition->file.cms_len);
        json_int(out, "body_bytes", (int64_t)leaves);
        json_int(out, "index_bytes", (int64_t)index);
        json_int(out, "authentication_bytes", (int64_t)authentication);
        json_int(out, "millibits_per_entry", (int64_t)(bits * 1000 + 0.5));
        json_hex(out, "root", bytes_of(manifest->root, sizeof manifest->root));
        report_end();
    } else {
        printf("list     %s, edition %llu, %s to %s\n", manifest->list_id, (unsigned long long)manifest->number, from,
               until);
        printf("signed   %u times, %zu bytes of CMS\n", count_signatures(&edition->file.cms), edition->file.cms_len);
        printf("entries  %llu, %.3f bits each\n", (unsigned long long)manifest->entry_count, bits);
        printf("bytes    %llu body, %llu index, %llu authentication\n", (unsigned long long)leaves,
               (unsigned long long)index, (unsigned long long)authentication);
        printf("root     ");
        for (size_t i = 0; i < sizeof manifest->root; i++) {
            printf("%02x", manifest->root[i]);
        }
        printf("\n");
    }
close:
    signed_file_close(&edition->file);
out:
    free(edition);
    return result;
}
