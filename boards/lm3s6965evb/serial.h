/* The three UARTs, 115200 8N1: bytes received are put into rings by interrupts, bytes to send wait for the FIFO. */
#ifndef DOCREV_BOARD_SERIAL_H
#define DOCREV_BOARD_SERIAL_H

#include "port/stream.h"

#include <stdbool.h>

struct serial;

extern const struct serial serial_host; /* console and host link */
extern const struct serial serial_nfc;  /* PN532 */
extern const struct serial serial_mrz;  /* optical MRZ reader */

/* port_stream over a UART: ctx is a struct serial. */
extern const struct port_stream serial_host_stream, serial_mrz_stream;

void serial_start(void);

size_t serial_read(const struct serial *serial, uint8_t *data, size_t cap);
void serial_write(const struct serial *serial, const uint8_t *data, size_t len);
/* Forgets what was received so far. */
void serial_drop_input(const struct serial *serial);
/* Sleeps until a byte is there or the next tick, whichever comes first. */
void serial_wait(const struct serial *serial);
/* The same for the host link and the MRZ reader together. */
void serial_idle(void);
void serial_baud(const struct serial *serial, uint32_t baud);
/* Bytes lost since start: ring full, or damaged on the line. */
uint32_t serial_lost(const struct serial *serial);

void serial0_interrupt(void);
void serial1_interrupt(void);
void serial2_interrupt(void);

#endif
