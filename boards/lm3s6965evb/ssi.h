/* SSI0, the bus that the SD card and the OLED share. */
#ifndef DOCREV_BOARD_SSI_H
#define DOCREV_BOARD_SSI_H

#include <stddef.h>
#include <stdint.h>

enum ssi_device { SSI_NONE, SSI_CARD, SSI_OLED };
enum ssi_speed { SSI_400_KHZ, SSI_3_MHZ, SSI_12_MHZ };

void ssi_start(void);
/* Chip select and clock of one device; SSI_NONE deselects both. */
void ssi_select(enum ssi_device device, enum ssi_speed speed);
/* One byte out, one in. */
uint8_t ssi_exchange(uint8_t out);

#endif
