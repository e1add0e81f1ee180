/* Whether a signed file may become current: everything that is checked before a single octet of its body is taken. */
#ifndef DOCREV_UPDATE_ADMISSION_H
#define DOCREV_UPDATE_ADMISSION_H

#include "update/update.h"

/*
 * Examines the CMS in work->incoming.cms, of update->cms_len octets, in the order that TUF's client workflow sets
 * (specification 1.0.33, 5.3-5.6; root = policy, snapshot and timestamp = the manifest's number and nextUpdate, targets =
 * edition or trust store). On DR_OK type, object, manifest, cms_sha256 and size are set; otherwise update->why says why not.
 */
enum dr_status admission_examine(struct update *update, struct update_work *work);

#endif
