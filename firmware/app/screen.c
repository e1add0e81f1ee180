#include "app/screen.h"

#include "app/canvas.h"
#include "app/font.h"
#include "app/text.h"

/* Above a symbol of 32 x 32 dots and words in large letters, below four lines of text. */
#define TOP_HEIGHT 32
#define WORDS_X 37
#define LINES_Y 33
#define LINE_HEIGHT 8
#define LINES 4U

static void draw_line(struct port_frame *frame, unsigned line, const char *text)
{
    canvas_text(frame, 1, LINES_Y + (int)line * LINE_HEIGHT, text, SCREEN_LINE, 1);
}

/* Up to `max` lines separated by '\n', from `line` on. Returns the line after the last. */
static unsigned draw_lines(struct port_frame *frame, unsigned line, const char *text, unsigned max)
{
    for (unsigned end = line + max; line < end && *text != '\0'; line++) {
        draw_line(frame, line, text);
        text += strcspn(text, "\n");
        text += *text == '\n' ? 1 : 0;
    }
    return line;
}

/* One word, or two words on two lines, beside the symbol. */
static void draw_words(struct port_frame *frame, const char *words)
{
    size_t first = strcspn(words, " ");

    if (words[first] == '\0') {
        int scale = first <= 5 ? 3 : 2;
        int x = first < 8 ? WORDS_X : 34; /* ADVISORY just fits */

        canvas_text(frame, x, (TOP_HEIGHT - (int)FONT_HEIGHT * scale) / 2, words, first, scale);
        return;
    }
    canvas_text(frame, WORDS_X, 1, words, first, 2);
    canvas_text(frame, WORDS_X, 17, words + first + 1, 7, 2);
}

/* Symbols by shape: is the dot (x, y) of 32 x 32 lit? Coordinates are doubled and centred where that helps. */
static bool in_ring(int x, int y) /* nothing found */
{
    int dx = 2 * x - 31, dy = 2 * y - 31, square = dx * dx + dy * dy;

    return square <= 30 * 30 && square >= 20 * 20;
}

static bool in_triangle(int x, int y) /* attention */
{
    int dx = x < 16 ? 31 - 2 * x : 2 * x - 31;

    return y >= 1 && y <= 30 && dx <= y;
}

static bool in_frame(int x, int y) /* a note */
{
    int dx = x < 16 ? x : 31 - x, dy = y < 16 ? y : 31 - y;

    return dx >= 1 && dy >= 1 && dx + dy >= 4 && (dx < 4 || dy < 4);
}

static bool in_document(int x, int y) /* a passport: a page with the chip's sign */
{
    bool border = x >= 5 && x <= 26 && y >= 1 && y <= 30 && (x < 7 || x > 24 || y < 3 || y > 28);
    int dx = 2 * x - 31, dy = 2 * y - 25, square = dx * dx + dy * dy;
    bool ring = square <= 81 && square >= 25;
    bool bar = (x >= 9 && x <= 22) && (y == 12 || y == 13) && square > 81;

    return border || ring || bar || (y == 23 && x >= 9 && x <= 22) || (y == 26 && x >= 9 && x <= 22);
}

static void draw_shape(struct port_frame *frame, bool (*inside)(int x, int y))
{
    for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
            if (inside(x, y)) {
                canvas_set(frame, x, y, true);
            }
        }
    }
}

static void draw_symbol(struct port_frame *frame, verdict value)
{
    switch (value) {
    case VERDICT_NO_RECORD:
        draw_shape(frame, in_ring);
        break;
    case VERDICT_REFER:
        draw_shape(frame, in_triangle);
        canvas_glyph(frame, 11, 13, '!', 2, false);
        break;
    case VERDICT_ADVISORY:
        draw_shape(frame, in_frame);
        canvas_glyph(frame, 9, 6, 'i', 3, true);
        break;
    default:
        canvas_glyph(frame, 6, 2, '?', 4, true);
        break;
    }
}

static unsigned reason_count(reason_set reasons)
{
    unsigned count = 0;

    for (; reasons != 0; reasons &= reasons - 1) {
        count++;
    }
    return count;
}

/* What is listed comes first: it is what the officer acts on. Then in the order of the checks. */
static enum because reason_at(reason_set reasons, unsigned index)
{
    for (unsigned i = 0; i < 2U * BECAUSE_COUNT; i++) {
        unsigned because = i % BECAUSE_COUNT;
        bool listing = because >= BECAUSE_LISTED_STOLEN && because <= BECAUSE_LISTED_INVALID;

        if (listing == (i < BECAUSE_COUNT) && (reasons & BECAUSE_BIT(because)) != 0 && index-- == 0) {
            return (enum because)because;
        }
    }
    return BECAUSE_INTERNAL;
}

unsigned screen_pages(const struct inspection *inspection)
{
    unsigned reasons = reason_count(inspection->reasons);

    return (reasons > 0 ? reasons : 1U) + 2U * inspection->hit_count;
}

static void draw_list_date(const struct screen_model *model, struct port_frame *frame, unsigned line)
{
    char out[SCREEN_LINE + 1];
    struct text text = text_begin(out, sizeof out);

    if (model->list_count == 0) {
        text_add(&text, "No list held");
    } else {
        text_add_number(&text, model->list_count);
        text_add(&text, model->list_count == 1 ? " list " : " lists ");
        text_add_date(&text, model->list_date);
    }
    draw_line(frame, line, out);
}

static void draw_reason(const struct screen_model *model, unsigned count, struct port_frame *frame)
{
    const struct inspection *inspection = model->inspection;
    enum because because = reason_at(inspection->reasons, model->page);
    char out[8];
    struct text text = text_begin(out, sizeof out);

    draw_line(frame, 0, verdict_reason_text(because));
    draw_lines(frame, 1, verdict_reason_advice(because), 2);
    if (count > 1 && strlen(verdict_reason_text(because)) < SCREEN_LINE - 3) {
        text_add_number(&text, model->page + 1);
        text_add_char(&text, '/');
        text_add_number(&text, count);
        canvas_text(frame, (int)(PORT_DISPLAY_WIDTH - FONT_ADVANCE * text.length), LINES_Y, out, text.length, 1);
    }
    if (inspection->hit_count > 0) {
        draw_line(frame, 3, "Status, not a warrant");
    } else {
        draw_list_date(model, frame, 3);
    }
}

/* Breaks at spaces, within words only where one is longer than a line. */
static void draw_wrapped(struct port_frame *frame, int y, const char *text, unsigned lines)
{
    while (lines-- > 0 && *text != '\0') {
        size_t len = strlen(text), cut = len;

        if (len > SCREEN_LINE) {
            for (cut = SCREEN_LINE; cut > 0 && text[cut] != ' '; cut--) {
            }
            cut = cut == 0 ? SCREEN_LINE : cut;
        }
        canvas_text(frame, 1, y, text, cut, 1);
        y += LINE_HEIGHT + 1;
        text += cut;
        text += strspn(text, " ");
    }
}

/* The words of policy and the contact fill a page; the verdict stays on top, light on dark. */
static void draw_hit(const struct screen_model *model, unsigned page, struct port_frame *frame)
{
    const struct inspection_hit *hit = &model->inspection->hits[page / 2U];
    char out[SCREEN_LINE + 1];
    struct text text = text_begin(out, sizeof out);
    bool contact = page % 2U != 0;

    text_add(&text, verdict_text(model->inspection->verdict));
    text_add(&text, contact ? ": ask issuer" : ": ");
    if (!contact) {
        text_add(&text, hit->list_id);
    }
    canvas_text(frame, 1, 1, out, SCREEN_LINE, 1);
    canvas_invert(frame, 0, 0, (int)PORT_DISPLAY_WIDTH, 9);
    if (contact) {
        draw_wrapped(frame, 11, hit->contact[0] != '\0' ? hit->contact : "No contact is stated.", 6);
    } else {
        draw_wrapped(frame, 11, hit->text[0] != '\0' ? hit->text : "Status of a document, not a warrant: ask issuer.",
                     6);
    }
}

static void draw_verdict(const struct screen_model *model, struct port_frame *frame)
{
    const struct inspection *inspection = model->inspection;
    unsigned reasons = reason_count(inspection->reasons), first_hit = reasons > 0 ? reasons : 1U;

    if (model->page >= first_hit && model->page < screen_pages(inspection)) {
        draw_hit(model, model->page - first_hit, frame);
        return;
    }
    draw_symbol(frame, inspection->verdict);
    draw_words(frame, verdict_text(inspection->verdict));
    if (inspection->verdict == VERDICT_REFER) {
        canvas_invert(frame, 0, 0, (int)PORT_DISPLAY_WIDTH, TOP_HEIGHT);
    }
    if (reasons > 0) {
        draw_reason(model, reasons, frame);
    } else if (inspection->verdict == VERDICT_NO_RECORD) {
        draw_lines(frame, 0, "Chip data is signed,\nnot on a list held:", 2);
        draw_list_date(model, frame, 2);
        draw_line(frame, 3, inspection->date_by_officer ? "Date by officer" : "");
    }
}

static void draw_idle(const struct screen_model *model, struct port_frame *frame)
{
    char out[SCREEN_LINE + 1];
    struct text text = text_begin(out, sizeof out);

    draw_shape(frame, in_document);
    draw_words(frame, "READY");
    draw_line(frame, 0, model->date_possible && !model->date_by_officer ? "SELECT: tell the date" : "Scan the MRZ");
    draw_list_date(model, frame, 1);
    if (model->list_count > 0) {
        text_add(&text, model->stale ? "EXPIRED " : "fresh to ");
        text_add_date(&text, model->list_end);
        draw_line(frame, 2, out);
    }
    text = text_begin(out, sizeof out);
    if (model->time_confirmed) {
        text_add_minute(&text, model->now);
        text_add(&text, " UTC");
        draw_line(frame, 3, out);
    } else {
        if (model->date_by_officer) {
            text_add_date(&text, model->now);
            text_add(&text, " BY OFFICER");
        } else {
            text_add(&text, "TIME NOT CONFIRMED");
        }
        draw_line(frame, 3, out);
        canvas_invert(frame, 0, LINES_Y + 3 * LINE_HEIGHT - 1, (int)PORT_DISPLAY_WIDTH, LINE_HEIGHT);
    }
}

/* Nothing is confirmed by a key that was pressed twice: the answer to the question is another one than the one that asks. */
static void draw_date(const struct screen_model *model, struct port_frame *frame)
{
    char out[SCREEN_LINE + 1];
    struct text text = text_begin(out, sizeof out);

    canvas_glyph(frame, 6, 2, '?', 4, true);
    draw_words(frame, model->asking ? "TODAY?" : "DATE");
    text_add_date(&text, model->date);
    draw_line(frame, 0, out);
    canvas_invert(frame, 0, LINES_Y - 1, (int)(FONT_ADVANCE * text.length) + 2, LINE_HEIGHT);
    draw_lines(frame, 1,
               model->asking ? "UP: yes, it is today\nSELECT: no, back\nIt will be recorded"
                             : "Up/down: a day\nLeft/right: 30 days\nSELECT: that is today",
               3);
}

/* Where a step begins on the bar, in hundredths of the whole. */
static const struct {
    uint8_t begin;
    const char *words;
} steps[] = {
    [STEP_WAIT_CHIP] = {0, "Place the document on\nthe reader"},
    [STEP_ACCESS] = {4, "Opening the chip\nHold still"},
    [STEP_READ_SOD] = {15, "Reading signatures\nHold still"},
    [STEP_READ_DG1] = {60, "Reading data\nHold still"},
    [STEP_VERIFY] = {70, "Checking signatures\nMay be taken away"},
    [STEP_LOOKUP] = {90, "Looking up the lists\nMay be taken away"},
};

static void draw_progress(const struct screen_model *model, struct port_frame *frame)
{
    unsigned begin = steps[model->step].begin;
    unsigned end = model->step == STEP_LOOKUP ? 100U : steps[model->step + 1].begin;
    unsigned percent = model->percent < 100U ? model->percent : 100U;
    unsigned done = model->step == STEP_WAIT_CHIP ? 0 : begin + (end - begin) * percent / 100U;

    draw_shape(frame, in_document);
    draw_words(frame, model->step == STEP_WAIT_CHIP ? "PLACE IT" : model->step < STEP_VERIFY ? "HOLD STILL" : "CHECK");
    draw_lines(frame, 0, steps[model->step].words, 2);
    canvas_fill(frame, 1, 53, 126, 9, true);
    canvas_fill(frame, 2, 54, 124, 7, false);
    canvas_fill(frame, 3, 55, (int)(122U * done / 100U), 5, true);
}

void screen_draw(const struct screen_model *model, struct port_frame *frame)
{
    canvas_clear(frame);
    switch (model->kind) {
    case SCREEN_IDLE:
        draw_idle(model, frame);
        break;
    case SCREEN_PROGRESS:
        draw_progress(model, frame);
        break;
    case SCREEN_VERDICT:
        draw_verdict(model, frame);
        break;
    case SCREEN_DATE:
        draw_date(model, frame);
        break;
    default:
        canvas_glyph(frame, 6, 2, '!', 4, true);
        draw_words(frame, model->title);
        draw_lines(frame, 0, model->text, LINES);
        break;
    }
}
