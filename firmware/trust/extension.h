/* Extensions as X.509 and docrev's own manifests and policies carry them (RFC 5280 4.1, 4.2). */
#ifndef DOCREV_TRUST_EXTENSION_H
#define DOCREV_TRUST_EXTENSION_H

#include "codec/der.h"

/* Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
struct extension {
    struct bytes oid; /* content octets */
    bool critical;
    struct bytes value;
};

/* Takes one Extension. An explicit FALSE is accepted although DER omits it: real certificates have it. */
enum dr_status extension_next(struct der_reader *extensions, struct extension *extension);

/* BOOLEAN of an extension. Any octet but zero is TRUE (X.690 8.2.2): a real CSCA of Ukraine writes 01. */
enum dr_status extension_boolean(struct der_reader *reader, bool *value);

/* keyIdentifier of an AuthorityKeyIdentifier, untouched when there is none. Its issuer and serial are not used (9303-12 7.1.1). */
enum dr_status extension_authority_key_id(struct bytes value, struct bytes *key_id);

/*
 * Last element of a manifest or policy: [0] EXPLICIT Extensions OPTIONAL, none of which is known yet. Absent or only
 * non-critical ones: DR_OK. A critical one: DR_ERR_UNSUPPORTED (RFC 5280 4.2).
 */
enum dr_status extensions_refuse_critical(struct der_reader *reader);

#endif
