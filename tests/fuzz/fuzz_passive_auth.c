/* Passive Authentication of whatever lds_read_sod accepts, against an empty trust store: never genuine. */
#include "emrtd/passive_auth.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum dr_status read_empty(void *ctx, uint32_t block, uint8_t out[BLOCK_TREE_BLOCK])
{
    (void)ctx, (void)block;
    memset(out, 0, BLOCK_TREE_BLOCK);
    return DR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t block[BLOCK_TREE_BLOCK];
    struct csca_store store = {.source = {.read = read_empty, .block_count = 1}};
    struct passive_auth result;
    struct lds_sod sod;
    hardened group;

    if (lds_read_sod(bytes_of(data, size), &sod) != DR_OK) {
        return 0;
    }
    if (hash_compute(HASH_SHA256, bytes_of(block, sizeof block), store.root) != DR_OK) {
        return 0;
    }
    passive_auth_verify(&sod, &store, INT64_C(1893456000), block, &result);
    if (result.genuine != HARDENED_NO || result.chain.trusted != HARDENED_NO) {
        abort();
    }
    if (result.signature != HARDENED_NO && result.signature != HARDENED_YES) {
        abort();
    }
    group = passive_auth_group(&sod, 16, sod.cms.content.data);
    if (group != HARDENED_NO && sod.group_hash[16].len == 0) {
        abort();
    }
    return 0;
}
