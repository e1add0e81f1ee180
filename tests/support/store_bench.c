#include "store_bench.h"

void store_bench_init(struct store_bench *bench, uint32_t sectors)
{
    memset(bench, 0, sizeof *bench);
    ram_block_init(&bench->medium, sectors);
    for (unsigned i = 0; i < FACTORY_SECRET_SIZE; i++) {
        bench->factory.device_secret[i] = (uint8_t)(0x40U + i);
        bench->factory.first_seed[i] = (uint8_t)(0x90U + i);
    }
}

void store_bench_free(struct store_bench *bench)
{
    ram_block_free(&bench->medium);
}

/* The generator is one for the process; from this state a mount's outcome depends on the medium alone. */
static void forget_randomness(void)
{
    static const uint8_t nothing[DRBG_SEED_SIZE];

    (void)drbg_init(nothing, bytes_of(NULL, 0));
}

enum dr_status store_bench_mount(struct store_bench *bench)
{
    forget_randomness();
    return store_mount(&bench->store, &bench->medium.port, &bench->factory, bytes_of(NULL, 0));
}

enum dr_status store_bench_format(struct store_bench *bench)
{
    forget_randomness();
    return store_format(&bench->store, &bench->medium.port, &bench->factory, bytes_of(NULL, 0));
}

void bench_manifest(struct manifest *manifest, const char *list_id, uint64_t number, uint32_t body_blocks)
{
    memset(manifest, 0, sizeof *manifest);
    for (size_t i = 0; i < MANIFEST_MAX_LIST_ID && list_id[i] != '\0'; i++) {
        manifest->list_id[i] = list_id[i];
    }
    manifest->number = number;
    manifest->this_update = 1790000000 + (int64_t)number;
    manifest->next_update = manifest->this_update + 86400;
    manifest->entry_count = 10U * body_blocks;
    manifest->block_size = BLOCK_TREE_BLOCK;
    manifest->body_length = (uint64_t)body_blocks * BLOCK_TREE_BLOCK;
    memset(manifest->root, (int)(number & 0xFFU), sizeof manifest->root);
}

static void fill(const struct manifest *manifest, uint32_t which, uint8_t *data, size_t len)
{
    uint8_t digest[HASH_MAX_SIZE], from[12];

    put_be64(from, manifest->number);
    put_be32(from + 8, which);
    (void)hash_compute2(HASH_SHA256, bytes_of(manifest->list_id, sizeof manifest->list_id), bytes_of(from, sizeof from),
                        digest);
    for (size_t i = 0; i < len; i++) {
        data[i] = (uint8_t)(digest[i % HASH_SHA256_SIZE] + i / HASH_SHA256_SIZE);
    }
}

size_t bench_cms(const struct manifest *manifest, uint8_t cms[BLOCK_TREE_BLOCK])
{
    size_t len = 700U + (size_t)(manifest->number % 100U);

    fill(manifest, UINT32_MAX, cms, len);
    return len;
}

void bench_block(const struct manifest *manifest, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    fill(manifest, block, data, BLOCK_TREE_BLOCK);
}

enum dr_status store_bench_push(struct store_bench *bench, enum store_object object, const struct manifest *manifest)
{
    uint32_t blocks = (uint32_t)(manifest->body_length / BLOCK_TREE_BLOCK);
    struct store_writer writer;
    uint8_t data[BLOCK_TREE_BLOCK];
    size_t len = bench_cms(manifest, data);
    enum dr_status status = store_begin(&bench->store, object, bytes_of(data, len), blocks, &writer);

    for (uint32_t i = 0; i < blocks && status == DR_OK; i++) {
        bench_block(manifest, i, data);
        status = store_write_block(&writer, i, data);
    }
    if (status == DR_OK) {
        status = store_commit(&writer, manifest);
    }
    store_abandon(&writer);
    return status;
}

bool store_bench_holds(struct store_bench *bench, enum store_object object, const struct manifest *manifest)
{
    const struct store_entry *entry = &bench->store.state.objects[object];
    struct store_reader reader;
    struct block_source body;
    uint8_t data[BLOCK_TREE_BLOCK], expected[BLOCK_TREE_BLOCK];
    size_t len = sizeof data;
    bool same;

    if (store_open(&bench->store, object, &reader, &body) != DR_OK) {
        return false;
    }
    same = store_read_cms(&reader, data, &len) == DR_OK && len == bench_cms(manifest, expected) &&
           memcmp(data, expected, len) == 0 && body.block_count == manifest->body_length / BLOCK_TREE_BLOCK;
    same =
        same && entry->manifest.number == manifest->number && entry->floor >= manifest->number &&
        strcmp(entry->manifest.list_id, manifest->list_id) == 0 &&
        entry->manifest.this_update == manifest->this_update && entry->manifest.next_update == manifest->next_update &&
        entry->manifest.entry_count == manifest->entry_count && entry->manifest.body_length == manifest->body_length &&
        memcmp(entry->manifest.root, manifest->root, sizeof manifest->root) == 0;
    for (uint32_t i = 0; i < body.block_count && same; i++) {
        bench_block(manifest, i, expected);
        same = body.read(body.ctx, i, data) == DR_OK && memcmp(data, expected, sizeof data) == 0;
    }
    store_close(&reader);
    return same;
}
