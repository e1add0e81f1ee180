/* CMS SignedData as a device makes it: one signer, named by key identifier (RFC 5652 5). */
#ifndef DOCREV_TRUST_CMS_WRITE_H
#define DOCREV_TRUST_CMS_WRITE_H

#include "codec/der_write.h"
#include "crypto/ec_key.h"
#include "crypto/hash.h"
#include "trust/oid.h"

#define CMS_KEY_ID_SIZE 20U

/* Signs a SHA-256 digest with a P-256 key: ECDSA, DER. */
typedef enum dr_status (*cms_sign_digest)(void *ctx, const uint8_t digest[HASH_SHA256_SIZE],
                                          uint8_t signature[EC_KEY_SIGNATURE_MAX], size_t *len);

/*
 * ContentInfo around `content`, with the attributes content-type and message-digest signed (5.4). Overflow is told by
 * der_write_finish. What it adds to the content are at most CMS_WRITE_OVERHEAD octets.
 */
#define CMS_WRITE_OVERHEAD 330U
enum dr_status cms_write_signed(struct der_writer *writer, enum oid_id type, struct bytes content,
                                const uint8_t key_id[CMS_KEY_ID_SIZE], cms_sign_digest sign, void *ctx);

#endif
