/* The files of the logical data structure, written (ICAO 9303-10 4). Each appends a whole file. */
#ifndef PASSPORT_SIM_ISSUER_LDS_H
#define PASSPORT_SIM_ISSUER_LDS_H

#include "issuer/document.h"
#include "issuer/holder.h"

/* LDS version: 0 writes 1.7 and an LDSSecurityObject V0, 1 writes 1.8 and V1 (9303-10 4.6.2, App. D). */
enum lds_version { LDS_1_7, LDS_1_8 };

/* What is wrong with an LDSSecurityObject that is well signed. */
enum security_oddity {
    SECURITY_SOUND,
    SECURITY_DIGEST_NULL, /* not wrong: NULL parameters of the hash algorithm */
    SECURITY_VERSION,     /* version 7 */
    SECURITY_HASH_SHORT,  /* the hash of DG1 has four octets, the right ones */
    SECURITY_HASH_EMPTY,  /* or none */
    SECURITY_TWICE,       /* DG1 stands there twice, with two hashes */
    SECURITY_NUMBER,      /* number FF in place of 1 (TR-03105-5.1 H_46) */
    SECURITY_NO_DG1,      /* DG1 is not listed */
    SECURITY_ALGORITHM,   /* a hash algorithm that does not exist */
    SECURITY_MD5,         /* (TR-03105-5.1 H_41) */
    SECURITY_EMPTY,       /* no hash at all */
    SECURITY_TRAILING     /* octets after the object, signed */
};

/* EF.COM that lists the data groups present in `document`. */
void lds_write_com(const struct document *document, enum lds_version version, struct buffer *file);
void lds_write_dg1(char lines[MRZ_LINES][MRZ_LINE + 1], struct buffer *file);
/* One face of ISO 19794-5 in a biometric information template. */
void lds_write_dg2(const struct holder *holder, struct buffer *file);
void lds_write_dg15(EVP_PKEY *key, struct buffer *file);
/* LDSSecurityObject over the groups present, hashes of `digest` (an OpenSSL name). */
void lds_write_security_object(const struct document *document, enum lds_version version, const char *digest,
                               enum security_oddity oddity, struct buffer *der);

#endif
