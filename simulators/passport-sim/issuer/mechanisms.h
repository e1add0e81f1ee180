/* What a chip offers beside its files: access control and proofs of being genuine. Part of a profile's row. */
#ifndef PASSPORT_SIM_ISSUER_MECHANISMS_H
#define PASSPORT_SIM_ISSUER_MECHANISMS_H

#include "chip/suite.h"

#include <stdint.h>

/* How the application opens (ICAO 9303-11 4.1). */
enum access {
    ACCESS_BAC,
    ACCESS_PACE_BAC,
    ACCESS_PACE,
    ACCESS_NONE /* old documents: everything is read in the clear */
};

/* The values are the arcs of the object identifiers (9303-11 9.2.4). */
enum pace_mapping { PACE_DH_GM = 1, PACE_ECDH_GM, PACE_DH_IM, PACE_ECDH_IM, PACE_ECDH_CAM = 6 };

struct pace_offer {
    enum pace_mapping mapping; /* 0: no further offer */
    enum suite suite;
    uint8_t parameter_id; /* standardized domain parameters (9303-11 9.5.1) */
};

enum ca_key_kind { CA_NO_KEY, CA_ECDH, CA_DH, CA_DH_PKCS3 /* SubjectPublicKeyInfo in the form of PKCS #3 */ };

struct ca_offer {
    enum ca_key_kind kind; /* CA_NO_KEY: no further offer */
    const char *curve;     /* OpenSSL's name; of a DH group: "dh_1024_160", "dh_2048_256" */
    enum suite suite;
    uint8_t key_id; /* 0: none is given */
};

enum aa_kind { AA_RSA1536, AA_NONE, AA_RSA2048, AA_P256, AA_BRAINPOOL256, AA_P384, AA_RSA1536_SHA1 };

/* How DG14, EF.CardAccess and EF.CardSecurity differ from what the chip does. */
enum info_oddity {
    INFO_SOUND,
    INFO_EXTRA_UNKNOWN,      /* SecurityInfos nobody knows stand between */
    INFO_EXPLICIT,           /* PACEDomainParameterInfo with explicit parameters beside a standardized set */
    INFO_NO_PARAMETER_ID,    /* PACEInfo without parameterId; the chip has one set */
    INFO_SEQUENCE,           /* EF.CardAccess is a SEQUENCE (proxmark3 emrtd_pace.c) */
    INFO_NOT_TLV,            /* EF.CardAccess is no TLV */
    INFO_UNKNOWN_PARAMETERS, /* the only PACEInfo has parameterId 31 */
    INFO_UNKNOWN_PROTOCOL,   /* the only PACEInfo has an unknown OID: as none */
    INFO_VERSION,            /* PACEInfo of version 1 */
    INFO_MADE_UP,            /* a made-up DH-CAM OID stands first (TR-03105-5.1 G_36) */
    INFO_DG14_WITHOUT_PACE,  /* DG14 does not repeat EF.CardAccess */
    INFO_ACCESS_STRIPPED,    /* EF.CardAccess is gone, DG14 names PACE: someone wants BAC */
    INFO_ACCESS_WEAKENED,    /* EF.CardAccess offers 3DES, DG14 confirms AES only */
    INFO_NO_CA_INFO,         /* a key without ChipAuthenticationInfo (gmrtd #9) */
    INFO_CA_VERSION,         /* ChipAuthenticationInfo of version 10 (TR-03105-5.1 LDS_F_06) */
    INFO_CA_KEY_ID_DIFFERS,  /* key and info differ in keyId */
    INFO_CA_POINT_OFF_CURVE, /* the key's point is not on its curve */
    INFO_AA_SHA1,            /* ActiveAuthenticationInfo names ecdsa-plain-SHA1 */
    INFO_NO_AA_INFO,         /* ECDSA without ActiveAuthenticationInfo (gmrtd #477) */
    INFO_CAM_OTHER_KEY,      /* EF.CardSecurity holds another key than the chip's */
    INFO_CAM_NO_KEY,         /* and none */
    INFO_CAM_UNSIGNED,       /* its signature is spoilt */
    INFO_CAM_MISSING,        /* no EF.CardSecurity */
    INFO_CAM_FEWER,          /* it does not repeat EF.CardAccess (LDS_J_02) */
    INFO_CARD_ACCESS_LONG    /* the file announces 2 GiB */
};

#define OFFERS_MAX 4U

struct mechanisms {
    enum access access;
    struct pace_offer pace[OFFERS_MAX];
    struct ca_offer ca[OFFERS_MAX];
    enum aa_kind active_auth;
    enum info_oddity oddity;
    const char *can;         /* card access number; NULL: the MRZ is the only password */
    bool no_extended_length; /* commands of the extended form are refused */
    bool atr_info;           /* EF.ATR/INFO states the buffers */
};

#endif
