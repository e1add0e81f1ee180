/* First half of an inspection: wait for the chip, open it, read EF.SOD and DG1. Internal to inspection/. */
#ifndef DOCREV_INSPECTION_READ_CHIP_H
#define DOCREV_INSPECTION_READ_CHIP_H

#include "inspection/findings.h"

/* Fills work->sod, ->dg1 and their lengths with what could be read; what could not is a reason. The chip is released. */
void inspection_read_chip(const struct inspection_context *context, const struct mrz *printed,
                          struct inspection_work *work, struct inspection_findings *findings);

#endif
