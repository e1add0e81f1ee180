#include "revlist/leaf.h"

#define HEAD 2U

enum dr_status leaf_begin(struct leaf_cursor *cursor, const uint8_t block[BLOCK_TREE_BLOCK])
{
    memset(cursor, 0, sizeof *cursor);
    cursor->block = block;
    cursor->offset = HEAD;
    cursor->remaining = get_be16(block);
    return cursor->remaining > 0 ? DR_OK : DR_ERR_CORRUPT;
}

enum dr_status leaf_next(struct leaf_cursor *cursor)
{
    const uint8_t *block = cursor->block;
    uint8_t key[DOCUMENT_KEY_MAX];
    struct document_id id;
    size_t shared, rest;

    if (cursor->remaining == 0) {
        while (cursor->offset < BLOCK_TREE_BLOCK) {
            if (block[cursor->offset++] != 0) {
                return DR_ERR_CORRUPT;
            }
        }
        return DR_ERR_NOT_FOUND;
    }
    if (BLOCK_TREE_BLOCK - cursor->offset < 3) {
        return DR_ERR_CORRUPT;
    }
    shared = block[cursor->offset];
    rest = block[cursor->offset + 1];
    if (shared > cursor->key_len || shared + rest > sizeof key || rest + 3U > BLOCK_TREE_BLOCK - cursor->offset) {
        return DR_ERR_CORRUPT;
    }
    memcpy(key, cursor->key, shared);
    memcpy(key + shared, block + cursor->offset + 2, rest);
    cursor->offset += 2U + rest;
    cursor->record.reason = (enum document_reason)(block[cursor->offset] & 15U);
    cursor->record.basis = (enum document_basis)(block[cursor->offset] >> 4);
    cursor->offset++;
    if (block_tree_compare(bytes_of(cursor->key, cursor->key_len), bytes_of(key, shared + rest)) >= 0 ||
        document_from_key(bytes_of(key, shared + rest), &id) != DR_OK || !document_record_valid(&cursor->record)) {
        return DR_ERR_CORRUPT;
    }
    cursor->key_len = (uint8_t)(shared + rest);
    memcpy(cursor->key, key, cursor->key_len);
    cursor->remaining--;
    return DR_OK;
}

enum dr_status leaf_find(const uint8_t block[BLOCK_TREE_BLOCK], struct bytes key, struct document_record *record)
{
    struct leaf_cursor cursor;
    enum dr_status status = leaf_begin(&cursor, block);

    while (status == DR_OK && (status = leaf_next(&cursor)) == DR_OK) {
        int order = block_tree_compare(bytes_of(cursor.key, cursor.key_len), key);
        if (order >= 0) {
            *record = cursor.record;
            return order == 0 ? DR_OK : DR_ERR_NOT_FOUND;
        }
    }
    return status;
}

void leaf_write_begin(struct leaf_writer *writer, uint8_t block[BLOCK_TREE_BLOCK])
{
    memset(writer, 0, sizeof *writer);
    memset(block, 0, BLOCK_TREE_BLOCK);
    writer->block = block;
    writer->offset = HEAD;
}

enum dr_status leaf_write(struct leaf_writer *writer, struct bytes key, struct document_record record)
{
    size_t shared = 0;
    uint8_t *out = writer->block + writer->offset;

    if (key.len > sizeof writer->key || !document_record_valid(&record) ||
        block_tree_compare(bytes_of(writer->key, writer->key_len), key) >= 0) {
        return DR_ERR_ARGUMENT;
    }
    while (shared < writer->key_len && writer->key[shared] == key.data[shared]) {
        shared++;
    }
    if (key.len - shared + 3U > BLOCK_TREE_BLOCK - writer->offset || writer->count == UINT16_MAX) {
        return DR_ERR_NO_SPACE;
    }
    out[0] = (uint8_t)shared;
    out[1] = (uint8_t)(key.len - shared);
    memcpy(out + 2, key.data + shared, key.len - shared);
    out[2U + key.len - shared] = (uint8_t)((unsigned)record.reason | (unsigned)record.basis << 4);
    writer->offset += 3U + key.len - shared;
    memcpy(writer->key, key.data, key.len);
    writer->key_len = (uint8_t)key.len;
    writer->count++;
    return DR_OK;
}

void leaf_write_end(struct leaf_writer *writer)
{
    put_be16(writer->block, writer->count);
}
