/* How a signed file differs from the plainest one. */
#ifndef PASSPORT_SIM_ISSUER_CMS_ODDITY_H
#define PASSPORT_SIM_ISSUER_CMS_ODDITY_H

enum cms_oddity {
    CMS_PLAIN,
    /* Found in the field, or allowed: to be accepted. */
    CMS_INDEFINITE,       /* BER with indefinite lengths around (gmrtd document/sod.go: NZ) */
    CMS_TYPE_DATA,        /* content type id-data (gmrtd #425: CN) */
    CMS_TYPE_BE,          /* 1.3.27.1.1.1 (gmrtd #425: BE, FR) */
    CMS_TYPE_NL,          /* 1.2.528.1.1006.1.20.1 (gmrtd #425: NL) */
    CMS_DIGEST_NULL,      /* digest algorithms with NULL parameters */
    CMS_KEY_ID,           /* sid by subject key identifier, version 3 */
    CMS_STRING_TYPE,      /* sid's issuer in another string type than the certificate's (gmrtd #440: UA) */
    CMS_NAME_ORDER,       /* its attributes in reverse order (gmrtd #352) */
    CMS_PSS_SALT_64,      /* PSS with a salt of 64 under SHA-256 (zkpassport/circuits #123: DK) */
    CMS_PSS_SALT_0,       /* with none */
    CMS_PADDED_INTEGERS,  /* r and s with a needless 00 in front (nfcpr CHANGELOG 1.1.3) */
    CMS_RSA_OID,          /* signature algorithm rsaEncryption */
    CMS_UNSORTED,         /* signed attributes not in DER order, signed as they were sent */
    CMS_EXTRA_ATTRIBUTE,  /* one more signed attribute */
    CMS_UNSIGNED,         /* and unsigned attributes */
    CMS_TWO_CERTIFICATES, /* the CSCA's beside the signer's */

    /* Wrong: to be refused. */
    CMS_WRONG_TYPE,          /* an unknown content type */
    CMS_NO_CERTIFICATE,      /* no certificate at all */
    CMS_OTHER_CERTIFICATE,   /* that of another signer */
    CMS_CERTIFICATE_GARBAGE, /* octets that are none */
    CMS_SID_UNKNOWN,         /* sid names no certificate */
    CMS_NO_SIGNER,           /* signerInfos is empty */
    CMS_NO_ATTRIBUTES,       /* no signed attributes though the type is not id-data */
    CMS_NO_MESSAGE_DIGEST,
    CMS_MESSAGE_DIGEST,      /* of other octets */
    CMS_TWO_MESSAGE_DIGESTS, /* a wrong one beside the right one */
    CMS_NO_CONTENT_TYPE,
    CMS_CONTENT_TYPE,       /* the attribute names another type */
    CMS_DIGEST_MD5,         /* MD5 everywhere */
    CMS_DIGEST_UNKNOWN,     /* a digest algorithm that does not exist */
    CMS_DIGEST_MISMATCH,    /* signature algorithm of another hash than the digest algorithm's */
    CMS_SIGNATURE_EMPTY,    /* no octet of signature */
    CMS_SIGNATURE_ZERO,     /* ECDSA with r = s = 0 */
    CMS_SIGNATURE_ORDER,    /* ECDSA with r = order, s = 1 */
    CMS_SIGNATURE_TRAILING, /* octets after the ECDSA signature, in its octet string */
    CMS_NO_CONTENT,         /* eContent is absent */
    CMS_VERSION,            /* SignerInfo version 9 */
    CMS_NOT_SIGNED_DATA,    /* ContentInfo of id-data */
    CMS_LENGTH_LIES,        /* eContent announces more than there is */
    CMS_DEEP                /* 200 nested SEQUENCEs as content type */
};

#endif
