/* The tables of profiles, each ended by a row without name. */
#ifndef PASSPORT_SIM_PROFILES_TABLES_H
#define PASSPORT_SIM_PROFILES_TABLES_H

#include "profiles.h"

extern const struct profile profiles_basic[];             /* BAC and what every version must tell apart */
extern const struct profile profiles_mechanism[];         /* access, clone checks, trust, document formats, radio */
extern const struct profile profiles_quirk[];             /* sound documents with habits seen in the field */
extern const struct profile profiles_hostile_transport[]; /* frame, ISO-DEP, APDU, BAC, secure messaging */
extern const struct profile profiles_hostile_access[];    /* PACE, Chip and Active Authentication */
extern const struct profile profiles_hostile_data[];      /* TLV, LDS, CMS, X.509 */

#define NO_RECORD "NO RECORD"
#define REFER "REFER"
#define CANNOT_VERIFY "CANNOT VERIFY"

/* A passport of FABIAN NOVAK: name, number, what a reader must know, verdict, reason, description, what is broken, and what
 * makes it so. */
#define PASSPORT(name_, number_, requires_, verdict_, reason_, description_, breaks_, ...)                             \
    {                                                                                                                  \
        .name = (name_), .number = (number_), .holder = &profiles_fabian, .requires = (requires_),                     \
        .verdict = (verdict_), .reason = (reason_), .description = (description_), .breaks = (breaks_), __VA_ARGS__    \
    }
/* A sound one; `source_` says where such a document was seen or what rule it tests. */
#define SOUND(name_, number_, requires_, description_, source_, ...)                                                   \
    PASSPORT(name_, number_, requires_, NO_RECORD, "", description_, "nothing", .source = (source_), __VA_ARGS__)
/* A forged one. */
#define FORGED(name_, number_, requires_, reason_, description_, breaks_, ...)                                         \
    PASSPORT(name_, number_, requires_, CANNOT_VERIFY, reason_, description_, breaks_, __VA_ARGS__)

extern const struct holder profiles_fabian;

/* Offers of PACE. */
#define GM(suite_, id_)                                                                                                \
    {                                                                                                                  \
        PACE_ECDH_GM, SUITE_##suite_, id_                                                                              \
    }
#define IM(suite_, id_)                                                                                                \
    {                                                                                                                  \
        PACE_ECDH_IM, SUITE_##suite_, id_                                                                              \
    }
#define CAM(suite_, id_)                                                                                               \
    {                                                                                                                  \
        PACE_ECDH_CAM, SUITE_##suite_, id_                                                                             \
    }
#define DH_GM(suite_, id_)                                                                                             \
    {                                                                                                                  \
        PACE_DH_GM, SUITE_##suite_, id_                                                                                \
    }
#define DH_IM(suite_, id_)                                                                                             \
    {                                                                                                                  \
        PACE_DH_IM, SUITE_##suite_, id_                                                                                \
    }

#endif
