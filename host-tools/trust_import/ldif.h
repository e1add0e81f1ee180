/* LDIF (RFC 2849) as the ICAO public key directory is downloaded in: only what carries certificates, CRLs and lists. */
#ifndef DOCREV_TRUST_IMPORT_LDIF_H
#define DOCREV_TRUST_IMPORT_LDIF_H

#include "codec/bytes.h"
#include "port/status.h"

struct ldif {
    struct bytes rest;
    size_t line; /* of the value that was read last, from 1 */
    uint8_t *value;
    size_t capacity;
};

/* Is it LDIF? Text in which a line begins with "dn:". */
bool ldif_is(struct bytes data);

struct ldif ldif_of(struct bytes text);
void ldif_free(struct ldif *ldif);

/*
 * Next base64 value of an attribute that holds certificates, CRLs or master lists; *value is valid until the next call.
 * Everything else is passed. DR_ERR_NOT_FOUND at the end; DR_ERR_MALFORMED for such a value whose base64 is wrong (the next call
 * goes on behind it); DR_ERR_NO_SPACE.
 */
enum dr_status ldif_next(struct ldif *ldif, struct bytes *value);

#endif
