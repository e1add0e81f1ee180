/* Any 4,096 octets as a leaf: a walk ends well or in an error, and a look-up never contradicts a walk that ended well. */
#include "revlist/leaf.h"

#include <stdlib.h>

#define ENTRIES_MAX 500U /* of a run that may have billions */

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t block[BLOCK_TREE_BLOCK];
    struct leaf_cursor cursor;
    struct document_record record;
    uint8_t last[DOCUMENT_KEY_MAX] = {0};
    size_t last_len = 0;
    enum dr_status status = DR_OK;

    memset(block, 0, sizeof block);
    memcpy(block, data, size < sizeof block ? size : sizeof block);
    for (unsigned pass = 0; pass < 2; pass++) {
        unsigned count = 0;
        status = leaf_begin(&cursor, block);
        last_len = 0;
        while (status == DR_OK && (status = leaf_next(&cursor)) == DR_OK) {
            struct bytes key = bytes_of(cursor.key, cursor.key_len);
            struct document_id id;
            check(document_from_key(key, &id) == DR_OK && document_record_valid(&cursor.record));
            if (++count > ENTRIES_MAX || block_tree_compare(bytes_of(last, last_len), key) >= 0) {
                (void)leaf_find(block, key, &record);
                return 0;
            }
            memcpy(last, key.data, key.len);
            last_len = key.len;
            if (pass == 1 && (count < 20 || count % 64U == 0)) {
                check(leaf_find(block, key, &record) == DR_OK);
                check(record.reason == cursor.record.reason && record.basis == cursor.record.basis);
            }
        }
        check(status == DR_ERR_NOT_FOUND || status == DR_ERR_CORRUPT);
        if (status == DR_ERR_CORRUPT) {
            (void)leaf_find(block, bytes_of(last, last_len), &record);
            return 0;
        }
    }
    return 0;
}
