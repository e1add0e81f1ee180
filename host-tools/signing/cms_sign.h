/* CMS SignedData (RFC 5652) made on the workstation: empty ones, and officers' signatures added one at a time. */
#ifndef DOCREV_SIGNING_CMS_SIGN_H
#define DOCREV_SIGNING_CMS_SIGN_H

#include "signing/officer_key.h"
#include "trust/cms.h"
#include "trust/oid.h"

/* DER in memory from malloc. */
struct cms_buffer {
    uint8_t *data;
    size_t len;
};
void cms_buffer_free(struct cms_buffer *buffer);

/* SignedData over `content` without any signature. */
enum dr_status cms_create(enum oid_id type, struct bytes content, struct cms_buffer *out);

/*
 * `cms` with one more SignerInfo: signed attributes, SHA-256, the signer named by key identifier. The signature is made
 * over the content itself, never over a digest that another signer stated, and is checked with the firmware's code before
 * it is returned. The signer's certificate is put in as a convenience to other tools, unless the CMS would become longer
 * than `limit`. DR_ERR_STATE: a signature by this key is there already.
 */
enum dr_status cms_add_signature(const struct cms *cms, const struct officer_key *key, size_t limit,
                                 struct cms_buffer *out, const char **why);

#endif
