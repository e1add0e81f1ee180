/* The audit log: a ring of sealed, hash-chained records that the device itself cannot read back. */
#ifndef DOCREV_STORE_AUDIT_H
#define DOCREV_STORE_AUDIT_H

#include "store/audit_record.h"
#include "store/store.h"

/*
 * Record n lies in two copies, half a ring apart, written one after the other: a power cut that ruins a sector and its
 * neighbours leaves the other copy of each. A full ring goes on with its oldest record; how many went that way is in every
 * record (`first`), as are the counters of verdicts, so that nothing is dropped silently. Nothing here ever keeps an inspection from its end.
 *
 * The log runs while the policy names an oversight (trust/device_rules.h); without one nobody could ever read it.
 */
#define AUDIT_UNSAVED                                                                                                  \
    16U /* records between two superblock writes: so far a start looks for those it does not know of */

/* Records that the ring keeps. */
uint32_t audit_capacity(const struct store *store);
/* Number of the oldest record kept. */
uint64_t audit_first(const struct store *store);

/*
 * Begins a record over store->io, which nothing else may use until audit_commit: returns a writer for the detail, of at most
 * AUDIT_DETAIL_MAX octets. A detail that does not fit is left out. With the log off both do nothing.
 */
struct der_writer audit_begin(struct store *store);
/* Seals, writes both copies, reads them back; then the key goes on. DR_ERR_IO: neither copy is there; the record is counted
 * as lost, and the next one says so. */
enum dr_status audit_commit(struct store *store, const struct der_writer *detail, enum audit_kind kind, int64_t time,
                            bool confirmed);

/*
 * Names who may read from now on: an SPKI of a P-256 key, or empty for nobody. The same as before changes nothing. A new
 * one begins a segment: a fresh key, encrypted to it, saved, and a record that links to what was before.
 */
enum dr_status audit_set_oversight(struct store *store, struct bytes spki, int64_t time, bool confirmed);

/* HPKE's info of a segment's key: "docrev audit", device id, number of its first record. */
#define AUDIT_INFO_SIZE (12U + FACTORY_DEVICE_ID_SIZE + 8U)
void audit_info(const uint8_t device_id[FACTORY_DEVICE_ID_SIZE], uint64_t segment, uint8_t info[AUDIT_INFO_SIZE]);

/* A record as it lies there, from whichever copy is whole. DR_ERR_NOT_FOUND: not kept; DR_ERR_CORRUPT: neither is whole. */
enum dr_status audit_read(struct store *store, uint64_t number, uint8_t sector[AUDIT_SECTOR]);

/* Called by store_mount: goes on behind records that were written after the last superblock, and mends their copies. */
void audit_recover(struct store *store);

#endif
