/*
 * SecurityInfos (ICAO 9303-11 9.2; TR-03110-3 A.1): what a chip can do, in EF.CardAccess (unsigned), DG14 and EF.CardSecurity
 * (both signed). Unknown entries are passed over; views point into the file.
 */
#ifndef DOCREV_EMRTD_SECURITY_INFOS_H
#define DOCREV_EMRTD_SECURITY_INFOS_H

#include "codec/der.h"
#include "crypto/agreement.h"
#include "crypto/cipher.h"

/* More entries than this are no chip's. The EAC example of the BSI has eight. */
#define SECURITY_INFOS_MAX 32U

enum security_info_kind {
    SECURITY_INFO_UNKNOWN,
    SECURITY_INFO_PACE,
    SECURITY_INFO_PACE_DOMAIN, /* explicit parameters: never used, they could be chosen to leak the password (9.2.2) */
    SECURITY_INFO_CHIP_AUTH,
    SECURITY_INFO_CHIP_AUTH_KEY,
    SECURITY_INFO_ACTIVE_AUTH
};

struct security_info {
    enum security_info_kind kind;
    struct bytes whole;    /* the SecurityInfo, tag and length included */
    struct bytes protocol; /* OID content octets */
    struct bytes data;     /* what follows the OID: requiredData, optionalData */
};

/*
 * Opens a whole file of SecurityInfos (EF.CardAccess, the content of DG14, the eContent of EF.CardSecurity): a SET, or as on some
 * chips a SEQUENCE; octets after it are passed over. Every entry has been looked at: DR_ERR_MALFORMED, DR_ERR_TOO_LARGE.
 */
enum dr_status security_infos_open(struct bytes file, struct bytes *infos);

/* DG14: the SecurityInfos inside its template 6E. */
enum dr_status security_infos_open_dg14(struct bytes file, struct bytes *infos);

/* Iterates: start with *rest = infos. DR_ERR_NOT_FOUND at the end. */
enum dr_status security_infos_next(struct bytes *rest, struct security_info *info);

/* Is each entry of EF.CardAccess among the signed ones, octet for octet (9.2.11)? */
bool security_infos_contain(struct bytes signed_infos, struct bytes card_access);

/* Is there any entry of this kind? */
bool security_infos_have(struct bytes infos, enum security_info_kind kind);

enum pace_mapping { PACE_GENERIC, PACE_INTEGRATED, PACE_CHIP_AUTH };

/* A PACEInfo that can be used (9.2.1): version 2, an algorithm of Tables 2 or 3, standardized domain parameters. */
struct pace_info {
    struct bytes protocol; /* OID content octets, for MSE:Set AT and the tokens */
    enum pace_mapping mapping;
    bool is_ec;
    enum cipher_algorithm cipher;
    uint8_t parameter_id;
};

/* Does the file name an algorithm of Tables 2 or 3, usable or not? Where it does not, BAC is the way in (4.2). */
bool pace_info_offered(struct bytes infos);

/* Entries that were tried and refused, by their place in the list. */
typedef uint32_t security_info_set;

/*
 * The best PACEInfo outside `tried`: chip authentication mapping, since it spares another protocol; then AES before 3DES; curves
 * before fields; longer keys; then as the chip orders them. *place is for `tried`. DR_ERR_NOT_FOUND.
 */
enum dr_status pace_info_choose(struct bytes infos, security_info_set tried, struct pace_info *best, unsigned *place);

/* A way to do Chip Authentication: a key of the chip, and the protocol for it (9.2.5, 9.2.6). */
struct chip_auth_info {
    struct bytes protocol;
    bool is_ec;
    enum cipher_algorithm cipher;
    bool has_key_id;
    uint64_t key_id;
    struct agreement_domain domain;
    struct bytes public_key; /* 04 || x || y, or the unsigned integer */
};

/*
 * The best pair of ChipAuthenticationInfo (version 1) and ChipAuthenticationPublicKeyInfo with the same keyId outside `tried`:
 * AES before 3DES, curves first, longer keys. *place is for `tried`. A key without any ChipAuthenticationInfo in the file is
 * one for 3DES (some French documents). Where no keyIds agree, any key of the kind is tried: whatever works, it is a
 * signed key that it works with. DR_ERR_NOT_FOUND.
 */
enum dr_status chip_auth_info_choose(struct bytes infos, security_info_set tried, struct chip_auth_info *best,
                                     unsigned *place);

/* The elliptic curve key with this keyId, for PACE with chip authentication mapping (9.2.1). DR_ERR_NOT_FOUND. */
enum dr_status chip_auth_key_find(struct bytes infos, uint64_t key_id, enum curve_id *curve, struct bytes *point);

/* ActiveAuthenticationInfo (9.2.4): the plain ECDSA algorithm. DR_ERR_NOT_FOUND, DR_ERR_UNSUPPORTED. */
enum dr_status active_auth_info_find(struct bytes infos, enum hash_algorithm *hash);

#endif
