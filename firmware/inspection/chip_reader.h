/* What the parts of reading a chip share: access, clone check, files. Internal to inspection/. */
#ifndef DOCREV_INSPECTION_CHIP_READER_H
#define DOCREV_INSPECTION_CHIP_READER_H

#include "inspection/findings.h"

struct chip_reader {
    const struct inspection_context *context;
    const struct mrz *printed;
    struct inspection_work *work;
    struct inspection_findings *findings;

    /* Why the reading ended, where the status alone does not tell; BECAUSE_COUNT: it does. */
    enum because cause;

    /* What is remembered over a slip or a lost session. */
    bool knows_card_access; /* EF.CardAccess has been read, or is not there */
    bool select_mf;         /* it may show after SELECT MF only */
    bool pace_refused;      /* at MSE:Set AT, each of them: BAC may open the chip */

    /* Of this activation. */
    bool chip_auth_pending; /* the session goes on under the keys of Chip Authentication; the next answer proves them */
    bool chip_auth_unusable; /* DG14 has keys or protocols, none of which can be used here */
    bool has_sod;            /* phase.sod.opened lists the data groups */
    struct bytes dg14_infos; /* SecurityInfos of DG14, compared with the SOD; empty when there are none */
};

/* What a status of the session means to an officer. */
enum because chip_reader_reason(enum dr_status status);

/* After these the session still stands: another file may be there. */
bool chip_reader_only_the_file(enum dr_status status);

/* Polls until a chip is there or the time is over. A silent controller is brought up anew a few times. */
enum dr_status chip_reader_wait(const struct chip_reader *reader);

/*
 * access.c: opens the activated chip (ICAO 9303-11 4.2): EF.CardAccess, PACE, else BAC, and selects the application. With chip
 * authentication mapping EF.CardSecurity is read and verified in between.
 */
enum dr_status access_open(struct chip_reader *reader);

/* clone_check.c, once EF.SOD is there: DG14 against EF.CardAccess, Chip Authentication. DR_ERR_SESSION_LOST: open it again. */
enum dr_status clone_check_start(struct chip_reader *reader);
/* When DG1 has been read with this status, under the new keys perhaps. Returns it, or DR_ERR_SESSION_LOST as above. */
enum dr_status clone_check_confirm(struct chip_reader *reader, enum dr_status status);
/* Last: Active Authentication where nothing else has answered the question. */
enum dr_status clone_check_finish(struct chip_reader *reader);
/* PACE with chip authentication mapping has run: EF.CardSecurity and the mapping. The MF is current. */
enum dr_status clone_check_mapping(struct chip_reader *reader);

#endif
