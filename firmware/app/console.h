/* The console: lines typed on a plain terminal, and one line of diagnostic text for each event. Never personal data. */
#ifndef DOCREV_APP_CONSOLE_H
#define DOCREV_APP_CONSOLE_H

#include "codec/bytes.h"

struct device;

/* A line without its end: `help`, `status`, or a line of an MRZ. */
void console_line(struct device *device, struct bytes line);

/*
 * What the last inspection said, exactly one line and one for each hit:
 *   verdict: REFER reasons=listed-stolen,document-expired apdus=31 sent=812 received=2210 ms=1234
 *   hit: list=<id> edition=<n> reason=stolen basis=none action=refer contact=<text>
 * `reasons=none` when there are none.
 */
void console_inspection(struct device *device);

#endif
