/* What a hostile chip does to its protected answers. */
#ifndef PASSPORT_SIM_CHIP_SM_SPOIL_H
#define PASSPORT_SIM_CHIP_SM_SPOIL_H

#include "chip/icc.h"

/* The twist that secure messaging itself plays for this fault. */
enum sm_twist sm_twist_of(enum chip_fault fault);

/* *response holds the sound answer to `command`, made of data and status word. */
void sm_spoil(struct icc *icc, struct slice command, struct slice data, uint16_t sw, struct buffer *response);

#endif
