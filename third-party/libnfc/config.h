/* What libnfc's configure would have written: one driver, no log, no configuration files, no environment variables. */
#ifndef DOCREV_LIBNFC_CONFIG_H
#define DOCREV_LIBNFC_CONFIG_H
#define DRIVER_PN532_UART_ENABLED 1
#define PACKAGE_NAME "libnfc"
#define PACKAGE_STRING "libnfc 1.8.0"
#define PACKAGE_VERSION "1.8.0"
#define _XOPEN_SOURCE 600

/*
 * libnfc 1.8.0 believes the chip about the length of its ATS: one that says 0 makes pn53x_decode_target_data copy
 * SIZE_MAX bytes. Nothing that libnfc rightly copies is longer than a connection string or a frame, so a longer copy is
 * left out; boards/common/nfc_libnfc.c then refuses the chip by the same length.
 */
#include <string.h>
#define LIBNFC_LONGEST_COPY 1024U
static inline void *libnfc_copy(void *to, const void *from, size_t len)
{
    return len > LIBNFC_LONGEST_COPY ? to : memcpy(to, from, len);
}
#define memcpy(to, from, len) libnfc_copy(to, from, len)
#endif
