#include "codec/factory_page.h"

#define VERSION 2U
#define VERSION_WITHOUT_OWNER 1U
#define FLAG_LOCKED 0x01U
#define CRC_OFFSET (FACTORY_PAGE_SIZE - 4U)

static const uint8_t magic[4] = {'D', 'R', 'F', 'P'};

enum {
    VERSION_AT = 4,
    ID_AT = 5,
    SECRET_AT = ID_AT + FACTORY_DEVICE_ID_SIZE,
    SEED_AT = SECRET_AT + FACTORY_SECRET_SIZE,
    OWNER_AT = SEED_AT + FACTORY_SECRET_SIZE,
    FLAGS_AT = OWNER_AT + FACTORY_OWNER_SIZE
};

/* IEEE 802.3 3.2.9, reflected. */
static uint32_t crc32(const uint8_t *data, size_t len)
{
    uint32_t crc = 0xFFFFFFFFU;

    for (size_t i = 0; i < len; i++) {
        crc ^= data[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (crc & 1U) != 0 ? (crc >> 1) ^ 0xEDB88320U : crc >> 1;
        }
    }
    return ~crc;
}

static bool is_erased(const uint8_t page[FACTORY_PAGE_SIZE])
{
    size_t i = 0;

    while (i < FACTORY_PAGE_SIZE && page[i] == 0xFF) {
        i++;
    }
    return i == FACTORY_PAGE_SIZE;
}

enum dr_status factory_page_read(const uint8_t page[FACTORY_PAGE_SIZE], struct factory_page *out)
{
    if (is_erased(page)) {
        return DR_ERR_NOT_FOUND;
    }
    if (memcmp(page, magic, sizeof magic) != 0 || get_be32(page + CRC_OFFSET) != crc32(page, CRC_OFFSET)) {
        return DR_ERR_CORRUPT;
    }
    if (page[VERSION_AT] != VERSION && page[VERSION_AT] != VERSION_WITHOUT_OWNER) {
        return DR_ERR_UNSUPPORTED;
    }
    memcpy(out->device_id, page + ID_AT, sizeof out->device_id);
    memcpy(out->device_secret, page + SECRET_AT, sizeof out->device_secret);
    memcpy(out->first_seed, page + SEED_AT, sizeof out->first_seed);
    /* Version 1 has zeros there. */
    memcpy(out->owner, page + OWNER_AT, sizeof out->owner);
    out->locked = (page[FLAGS_AT] & FLAG_LOCKED) != 0;
    return DR_OK;
}

void factory_page_write(const struct factory_page *in, uint8_t page[FACTORY_PAGE_SIZE])
{
    memset(page, 0, FACTORY_PAGE_SIZE);
    memcpy(page, magic, sizeof magic);
    page[VERSION_AT] = VERSION;
    memcpy(page + ID_AT, in->device_id, sizeof in->device_id);
    memcpy(page + SECRET_AT, in->device_secret, sizeof in->device_secret);
    memcpy(page + SEED_AT, in->first_seed, sizeof in->first_seed);
    memcpy(page + OWNER_AT, in->owner, sizeof in->owner);
    page[FLAGS_AT] = in->locked ? FLAG_LOCKED : 0;
    put_be32(page + CRC_OFFSET, crc32(page, CRC_OFFSET));
}
