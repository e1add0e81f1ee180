#include "revlist/document.h"

static const char *const reasons[] = {[REASON_STOLEN] = "stolen",
                                      [REASON_LOST] = "lost",
                                      [REASON_STOLEN_BLANK] = "stolen-blank",
                                      [REASON_CANCELLED] = "cancelled",
                                      [REASON_INVALID] = "invalid"};
static const char *const bases[] = {[BASIS_NONE] = "none",
                                    [BASIS_COURT_ORDER] = "court-order",
                                    [BASIS_ADMINISTRATIVE] = "administrative",
                                    [BASIS_HOLDER_REQUEST] = "holder-request",
                                    [BASIS_NOT_STATED] = "not-stated"};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static enum dr_status find_word(const char *const *words, size_t count, struct bytes text, unsigned *value)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i] != NULL && bytes_equal(bytes_of(words[i], strlen(words[i])), text)) {
            *value = (unsigned)i;
            return DR_OK;
        }
    }
    return DR_ERR_NOT_FOUND;
}

const char *document_reason_text(enum document_reason reason)
{
    return (unsigned)reason < COUNT(reasons) ? reasons[reason] : NULL;
}

const char *document_basis_text(enum document_basis basis)
{
    return (unsigned)basis < COUNT(bases) ? bases[basis] : NULL;
}

enum dr_status document_reason_parse(struct bytes text, enum document_reason *reason)
{
    unsigned value = 0;
    enum dr_status status = find_word(reasons, COUNT(reasons), text, &value);

    if (status == DR_OK) {
        *reason = (enum document_reason)value;
    }
    return status;
}

enum dr_status document_basis_parse(struct bytes text, enum document_basis *basis)
{
    unsigned value = 0;
    enum dr_status status = find_word(bases, COUNT(bases), text, &value);

    if (status == DR_OK) {
        *basis = (enum document_basis)value;
    }
    return status;
}

bool document_record_valid(const struct document_record *record)
{
    if (document_reason_text(record->reason) == NULL || document_basis_text(record->basis) == NULL) {
        return false;
    }
    return (record->reason == REASON_CANCELLED) == (record->basis != BASIS_NONE);
}
