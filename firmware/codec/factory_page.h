/* The page written once in production into a device's protected flash: who the device is and where its secrets begin. */
#ifndef DOCREV_CODEC_FACTORY_PAGE_H
#define DOCREV_CODEC_FACTORY_PAGE_H

#include "codec/bytes.h"
#include "port/status.h"

#define FACTORY_PAGE_SIZE 128U
#define FACTORY_DEVICE_ID_SIZE 8U
#define FACTORY_SECRET_SIZE 32U
#define FACTORY_OWNER_SIZE 32U

/*
 * Page: "DRFP", u8 version (2), device_id[8], device_secret[32], first_seed[32], owner[32], u8 flags (bit 0: locked), zeros, and in the
 * last four octets the CRC-32 of IEEE 802.3 over what is before it, big-endian. Version 1 ends after the seed. The CRC finds a
 * page badly written; it authenticates nothing.
 */
struct factory_page {
    uint8_t device_id[FACTORY_DEVICE_ID_SIZE];  /* public, shown in `status` */
    uint8_t device_secret[FACTORY_SECRET_SIZE]; /* root of the keys of sealed storage: never leaves the device */
    uint8_t first_seed[FACTORY_SECRET_SIZE];    /* of the random number generator, for the first start only */
    uint8_t owner
        [FACTORY_OWNER_SIZE]; /* whose first policy is taken: SHA-256 of its owner role (trust/policy.h); zeros: anybody's */
    bool locked;              /* a blank card is not formatted: whoever takes the card does not get a new device */
};

/* DR_ERR_NOT_FOUND: an erased page (all FF); DR_ERR_CORRUPT: magic or CRC wrong; DR_ERR_UNSUPPORTED: another version. */
enum dr_status factory_page_read(const uint8_t page[FACTORY_PAGE_SIZE], struct factory_page *out);
void factory_page_write(const struct factory_page *in, uint8_t page[FACTORY_PAGE_SIZE]);

#endif
