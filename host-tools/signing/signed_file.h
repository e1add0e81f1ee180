/* Files that people exchange (*.drl, *.drd, *.drt, *.drp): a CMS SignedData, then the body if there is one. */
#ifndef DOCREV_SIGNING_SIGNED_FILE_H
#define DOCREV_SIGNING_SIGNED_FILE_H

#include "trust/block_tree.h"
#include "trust/cms.h"
#include "trust/delta_manifest.h"
#include "trust/manifest.h"
#include "trust/oid.h"
#include "trust/policy.h"

#include <stdio.h>

/* An open file with its CMS in memory and its body on disk, readable as a block source. Errors are reported through
 * `docrev: what: why` by the caller; `why` is set to an English phrase that names what is wrong. */
struct signed_file {
    FILE *file;
    uint8_t *cms_der; /* owned */
    size_t cms_len;
    struct cms cms;
    enum oid_id type;
    bool has_manifest;
    struct manifest manifest;
    struct delta_manifest delta; /* of a delta; it has no `source` */
    uint64_t body_offset;
    struct block_source source; /* over the body; valid while open */
    const char *why;
};

enum dr_status signed_file_open(struct signed_file *file, const char *path);
void signed_file_close(struct signed_file *file);

/* Writes a file without any signature yet: SignedData with no SignerInfo, followed by `body` (may be NULL) whole.
 * Written to a temporary name in the same folder and renamed. */
enum dr_status signed_file_create(const char *path, enum oid_id type, struct bytes content, FILE *body,
                                  const char **why);

/* Adds the SignerInfo (and certificate, as a convenience to openssl) of one officer; refuses one whose key signed already. */
struct officer_key; /* signing/officer_key.h */
enum dr_status signed_file_sign(const char *path, const struct officer_key *key, const char **why);

#endif
