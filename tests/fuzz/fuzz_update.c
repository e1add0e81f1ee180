/* Whatever is pushed to a device that has no policy yet: refused with words and nothing changed, or current as it was sent. */
#include "update/update.h"

#include <stdlib.h>

#define SECTORS (GEOMETRY_MIN_BLOCKS * STORE_SECTORS_PER_BLOCK)

static uint8_t medium[SECTORS * PORT_SECTOR_SIZE];

static enum dr_status medium_read(void *ctx, uint32_t sector, uint32_t count, uint8_t *data)
{
    (void)ctx;
    memcpy(data, medium + (size_t)sector * PORT_SECTOR_SIZE, (size_t)count * PORT_SECTOR_SIZE);
    return DR_OK;
}

static enum dr_status medium_write(void *ctx, uint32_t sector, uint32_t count, const uint8_t *data)
{
    (void)ctx;
    memcpy(medium + (size_t)sector * PORT_SECTOR_SIZE, data, (size_t)count * PORT_SECTOR_SIZE);
    return DR_OK;
}

static enum dr_status medium_sync(void *ctx)
{
    (void)ctx;
    return DR_OK;
}

static uint32_t ticks(void *ctx)
{
    (void)ctx;
    return 0;
}

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* The last octet is the size of the pieces. */
static enum dr_status push(struct update *update, struct update_work *work, const uint8_t *data, size_t size)
{
    size_t piece = (size_t)data[size - 1U] * 8U + 1U;
    enum dr_status status = DR_OK;

    size--;
    for (size_t at = 0; at < size && status == DR_OK; at += piece) {
        size_t part = size - at < piece ? size - at : piece;

        if (at % 3U == 2U) {
            update_suspend(update);
            if (update->phase == UPDATE_IDLE || update->offset != at) {
                return DR_ERR_STATE;
            }
        }
        status = update_take(update, work, (uint32_t)at, bytes_of(data + at, part), at + part == size);
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct port_block block = {
        .sector_count = SECTORS, .read = medium_read, .write = medium_write, .sync = medium_sync};
    static const struct port_system system = {.ticks_ms = ticks};
    static struct factory_page factory;
    static struct store store;
    static struct update_work work;
    struct clock clock;
    struct update update;
    enum dr_status status;

    if (size < 2) {
        return 0;
    }
    if (!store.mounted) {
        require(store_format(&store, &block, &factory, bytes_of(NULL, 0)) == DR_OK);
    }
    memset(store.state.objects, 0, sizeof store.state.objects);
    clock_init(&clock, &store, &system);
    update_init(&update, &store, &clock);
    status = push(&update, &work, data, size);
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        const struct store_entry *entry = &store.state.objects[i];

        require(entry->present == (status == DR_OK && i == STORE_POLICY));
        require(!entry->present || (entry->cms_len == size - 1U && entry->manifest.number > 0));
    }
    require(status == DR_OK || status == DR_ERR_STATE || update.why != NULL);
    require(status == DR_ERR_STATE || update.phase == UPDATE_IDLE);
    update_abort(&update);
    return 0;
}
