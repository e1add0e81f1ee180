/* The picture language of the display: each verdict has a shape and a word that are read at arm's length. Pure. */
#ifndef DOCREV_APP_SCREEN_H
#define DOCREV_APP_SCREEN_H

#include "inspection/inspect.h"
#include "port/display.h"

#define SCREEN_LINE 21U /* characters a line */

enum screen_kind { SCREEN_IDLE, SCREEN_MESSAGE, SCREEN_PROGRESS, SCREEN_VERDICT, SCREEN_DATE };

struct screen_model {
    enum screen_kind kind;

    /* SCREEN_MESSAGE: a word in large letters, and up to four lines separated by '\n'. */
    const char *title;
    const char *text;

    /* SCREEN_PROGRESS */
    enum inspection_step step;
    unsigned percent; /* of the step */

    /* SCREEN_VERDICT: page 0..screen_pages()-1: the reasons one by one, then policy's words and contact of each hit. */
    const struct inspection *inspection;
    unsigned page;

    /* What the lists are, for SCREEN_IDLE and below a verdict. */
    unsigned list_count;
    bool stale;        /* some list is past its nextUpdate */
    int64_t list_date; /* oldest thisUpdate of the lists */
    int64_t list_end;  /* earliest nextUpdate */
    int64_t now;
    bool time_confirmed;
    bool date_by_officer; /* not confirmed, but an officer vouched for the date */
    bool date_possible;   /* an officer may */

    /* SCREEN_DATE: chosen so far; asking whether it is today. */
    int64_t date;
    bool asking;
};

unsigned screen_pages(const struct inspection *inspection);

void screen_draw(const struct screen_model *model, struct port_frame *frame);

#endif
