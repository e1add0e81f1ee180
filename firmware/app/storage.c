/* The device's way to its storage: card, factory page, mount, first format. */
#include "app/device.h"
#include "crypto/memory.h"

#define NOISE_MAX 64U

static enum dr_status read_factory_page(const struct device *device, struct factory_page *factory)
{
    const struct port_system *system = device->ports.system;
    uint8_t page[FACTORY_PAGE_SIZE];
    enum dr_status status = DR_ERR_NOT_FOUND;

    if (system->factory_page != NULL) {
        status = system->factory_page(system->ctx, page);
    }
    if (status == DR_OK) {
        status = factory_page_read(page, factory);
    }
    crypto_wipe(page, sizeof page);
    return status;
}

static size_t collect_noise(const struct device *device, uint8_t noise[NOISE_MAX])
{
    const struct port_system *system = device->ports.system;
    size_t len = 4;

    put_be32(noise, system->ticks_ms(system->ctx));
    if (system->noise != NULL) {
        len += system->noise(system->ctx, noise + len, NOISE_MAX - len);
    }
    return len;
}

static enum dr_status find_card(const struct device *device)
{
    struct port_block *block = device->ports.block;

    if (block->sector_count == 0 && block->probe != NULL) {
        enum dr_status status = block->probe(block->ctx);

        if (status != DR_OK) {
            return status;
        }
    }
    return block->sector_count > 0 ? DR_OK : DR_ERR_IO;
}

static enum dr_status mount(struct device *device, const struct factory_page *factory)
{
    uint8_t noise[NOISE_MAX];
    size_t noise_len;
    enum dr_status status = find_card(device);

    if (status == DR_OK) {
        noise_len = collect_noise(device, noise);
        status = store_mount(&device->store, device->ports.block, factory, bytes_of(noise, noise_len));
    }
    if (status == DR_ERR_NOT_FOUND && !factory->locked) {
        link_print(&device->link, "storage: blank card, formatting it");
        noise_len = collect_noise(device, noise);
        status = store_format(&device->store, device->ports.block, factory, bytes_of(noise, noise_len));
    }
    crypto_wipe(noise, sizeof noise);
    return status;
}

static enum device_storage storage_of(enum dr_status status)
{
    switch (status) {
    case DR_OK:
        return DEVICE_STORAGE_READY;
    case DR_ERR_NOT_FOUND: /* blank, and the device is locked */
    case DR_ERR_CORRUPT:
    case DR_ERR_UNSUPPORTED:
        return DEVICE_FOREIGN_CARD;
    case DR_ERR_NO_SPACE:
        return DEVICE_SMALL_CARD;
    default:
        return DEVICE_NO_CARD;
    }
}

static const char *words_of(enum device_storage storage)
{
    switch (storage) {
    case DEVICE_STORAGE_READY:
        return "storage: ready";
    case DEVICE_NO_FACTORY_PAGE:
        return "factory page: missing or damaged, nothing will be inspected";
    case DEVICE_FOREIGN_CARD:
        return "storage: card of another device or version, altered or blank";
    case DEVICE_SMALL_CARD:
        return "storage: card too small";
    default:
        return "storage: no card, or it cannot be read";
    }
}

void device_mount(struct device *device)
{
    struct factory_page factory;
    enum device_storage before = device->storage;
    bool first = device->storage_tried == 0;

    if (read_factory_page(device, &factory) != DR_OK) {
        device->storage = DEVICE_NO_FACTORY_PAGE;
    } else {
        memcpy(device->device_id, factory.device_id, sizeof device->device_id);
        device->storage = storage_of(mount(device, &factory));
    }
    crypto_wipe(&factory, sizeof factory);
    device->storage_tried = device->ports.system->ticks_ms(device->ports.system->ctx) | 1U;

    if (device->storage == DEVICE_STORAGE_READY) {
        if (!device->clock_started) { /* a card that comes back does not set back a clock that runs */
            clock_init(&device->clock, &device->store, device->ports.system);
            device->clock_started = true;
        }
        update_init(&device->update, &device->store, &device->clock);
        device_object_changed(device, STORE_POLICY);
        audit_log_boot(device);
    }
    if (first || device->storage != before) {
        link_print(&device->link, words_of(device->storage));
        view_idle(device);
    }
}
