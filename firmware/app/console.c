#include "app/console.h"

#include "app/device.h"
#include "app/text.h"
#include "app/version.h"
#include "crypto/memory.h"
#include "revlist/document.h"

static struct text begin(struct device *device)
{
    return text_begin((char *)device->link.payload, sizeof device->link.payload);
}

static void print(struct device *device, const struct text *text)
{
    link_print_payload(&device->link, text->length);
}

static void add_field(struct text *text, const char *name, uint64_t value)
{
    text_add_char(text, ' ');
    text_add(text, name);
    text_add_char(text, '=');
    text_add_number(text, value);
}

static void add_word(struct text *text, const char *name, const char *word)
{
    text_add_char(text, ' ');
    text_add(text, name);
    text_add_char(text, '=');
    text_add(text, word != NULL ? word : "none");
}

static void print_hit(struct device *device, const struct inspection_hit *hit)
{
    static const char *const actions[] = {"refer", "advise", "ignore"};
    struct text text = begin(device);

    text_add(&text, "hit:");
    add_word(&text, "list", hit->list_id);
    add_field(&text, "edition", hit->edition);
    add_word(&text, "reason", document_reason_text(hit->record.reason));
    add_word(&text, "basis", hit->record.basis == BASIS_NONE ? NULL : document_basis_text(hit->record.basis));
    add_word(&text, "action", hit->action <= POLICY_IGNORE ? actions[hit->action] : NULL);
    add_word(&text, "contact", hit->contact[0] != '\0' ? hit->contact : NULL);
    print(device, &text);
}

void console_inspection(struct device *device)
{
    const struct inspection *inspection = &device->inspection;
    struct text text = begin(device);
    const char *before = "";

    text_add(&text, "verdict: ");
    text_add(&text, verdict_text(inspection->verdict));
    text_add(&text, " reasons=");
    for (unsigned i = 0; i < BECAUSE_COUNT; i++) {
        if ((inspection->reasons & BECAUSE_BIT(i)) != 0) {
            text_add(&text, before);
            text_add(&text, verdict_reason_text((enum because)i));
            before = ",";
        }
    }
    text_add(&text, inspection->reasons == 0 ? "none" : "");
    add_field(&text, "apdus", inspection->cost.apdus);
    add_field(&text, "sent", inspection->cost.bytes_sent);
    add_field(&text, "received", inspection->cost.bytes_received);
    add_field(&text, "ms", inspection->milliseconds);
    print(device, &text);
    for (unsigned i = 0; i < inspection->hit_count; i++) {
        print_hit(device, &inspection->hits[i]);
    }
}

static void print_status(struct device *device)
{
    const struct store_state *state = &device->store.state;
    struct text text = begin(device);

    text_add(&text, "status: version=" DOCREV_VERSION " storage=");
    text_add(&text, device->store.mounted ? "ready" : "missing");
    text_add(&text, " time=\"");
    text_add_minute(&text, clock_now(&device->clock));
    text_add(&text, clock_confirmed(&device->clock)    ? "\" confirmed=yes"
                    : clock_by_officer(&device->clock) ? "\" confirmed=by-officer"
                                                       : "\" confirmed=no");
    add_field(&text, "policy", state->objects[STORE_POLICY].manifest.number);
    add_field(&text, "trust", state->objects[STORE_TRUST].manifest.number);
    add_field(&text, "inspections", device->inspections);
    print(device, &text);
    for (unsigned i = STORE_LIST_0; i < STORE_OBJECTS; i++) {
        const struct manifest *manifest = &state->objects[i].manifest;

        if (state->objects[i].present) {
            text = begin(device);
            text_add(&text, "list:");
            add_word(&text, "id", manifest->list_id);
            add_field(&text, "edition", manifest->number);
            add_field(&text, "entries", manifest->entry_count);
            text_add(&text, clock_reckoned(&device->clock) < manifest->next_update ? " until=" : " expired=");
            text_add_date(&text, manifest->next_update);
            print(device, &text);
        }
    }
}

static bool is(struct bytes line, const char *command)
{
    return bytes_equal(line, bytes_of(command, strlen(command)));
}

void console_line(struct device *device, struct bytes line)
{
    static const char date[] = "date ";

    while (line.len > 0 && line.data[line.len - 1] <= ' ') { /* the line's end of a text frame */
        line.len--;
    }
    if (is(line, "help")) {
        link_print(&device->link, "type the two or three lines of an MRZ to inspect a document; status; help");
    } else if (is(line, "status")) {
        print_status(device);
    } else if (line.len >= sizeof date - 1U && memcmp(line.data, date, sizeof date - 1U) == 0) {
        officer_date_typed(device, bytes_of(line.data + sizeof date - 1U, line.len - (sizeof date - 1U)));
    } else {
        for (size_t i = 0; i < line.len; i++) {
            device_mrz_byte(device, &device->console_mrz, line.data[i]);
        }
        device_mrz_byte(device, &device->console_mrz, '\n');
    }
    crypto_wipe(device->link.frame, sizeof device->link.frame); /* it may have been an MRZ */
}
