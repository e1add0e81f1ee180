/* The JSON that `GET status` and `GET inspection` answer (shapes: app/link.h). */
#ifndef DOCREV_APP_STATUS_JSON_H
#define DOCREV_APP_STATUS_JSON_H

#include "app/device.h"
#include "codec/json_write.h"

void status_json(struct device *device, struct json_writer *json);
void inspection_json(const struct device *device, struct json_writer *json);

#endif
