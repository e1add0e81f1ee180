/* libnfc's serial bus (buses/uart.h) on UART1, with a deadline over all that libnfc does in one call. */
#ifndef DOCREV_BOARD_LIBNFC_UART_H
#define DOCREV_BOARD_LIBNFC_UART_H

#include "common/nfc_libnfc.h"

/* For "pn532_uart:uart1". */
extern const struct nfc_libnfc_bus libnfc_uart_bus;

#endif
