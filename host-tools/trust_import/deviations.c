#include "trust_import/deviations.h"

#include <string.h>

#define NUMBERS_MAX 1000U /* octets of them in one record, which has CSCA_RECORD_MAX for all */

static bool rests_on_own_state(const struct certificate_set *set, const struct trust_path *paths,
                               const struct certificate *signer)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct certificate *ca = &set->items[i].certificate;
        if (paths[i].verdict == PATH_TRUSTED && issuing_refused(ca) == NULL &&
            strcmp(anchor_country(ca), ca->issuer_country) == 0 &&
            strcmp(anchor_country(ca), signer->issuer_country) == 0 && certificate_verify(signer, &ca->key) == DR_OK) {
            return true;
        }
    }
    return false;
}

/* NULL: the list is the state's. */
static const char *refusal(const struct certificate_set *set, const struct trust_path *paths, int64_t now,
                           const struct imported_deviations *item)
{
    const struct certificate *signer = &item->signer;

    if (item->signature != DR_OK) {
        return item->signature == DR_ERR_UNTRUSTED     ? "it names no signer of deviation lists inside it"
               : item->signature == DR_ERR_UNSUPPORTED ? "signed with an algorithm that is not supported"
                                                       : "its signature does not verify";
    }
    if (signer->issuer_country[0] == '\0') {
        return "its signer names no country";
    }
    if (signer->is_ca || signer->unknown_critical ||
        (signer->has_key_usage && (signer->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) == 0)) {
        return "its signer's certificate may not sign it"; /* 9303-12 Table 6: digitalSignature; 7.3.2: not a CSCA */
    }
    if (!rests_on_own_state(set, paths, signer)) {
        return "no anchor of its state verifies its signer";
    }
    if (crl_revoking(set, signer, now) != NULL) {
        return "its signer is revoked";
    }
    if (now < signer->not_before || now > signer->not_after) {
        return "its signer's certificate is not valid now";
    }
    return NULL;
}

void deviations_select(struct certificate_set *set, const struct trust_path *paths, int64_t now)
{
    for (size_t i = 0; i < set->deviation_count; i++) {
        struct imported_deviations *item = &set->deviations[i];
        item->why = refusal(set, paths, now, item);
        item->accepted = item->why == NULL;
    }
    /* A list is whole: the one signed last says all there is to say. */
    for (size_t i = 0; i < set->deviation_count; i++) {
        for (size_t j = 0; set->deviations[i].accepted && j < set->deviation_count; j++) {
            const struct imported_deviations *other = &set->deviations[j];
            if (i != j && other->accepted &&
                strcmp(set->deviations[i].signer.issuer_country, other->signer.issuer_country) == 0 &&
                (other->signing_time > set->deviations[i].signing_time ||
                 (other->signing_time == set->deviations[i].signing_time && j < i))) {
                set->deviations[i].accepted = false;
                set->deviations[i].why = "superseded";
            }
        }
    }
}

/* Fillers and blanks at the end of a text of the MRZ. */
static struct bytes without_fillers(struct bytes text)
{
    while (text.len > 0 && (text.data[text.len - 1] == '<' || text.data[text.len - 1] == ' ')) {
        text.len--;
    }
    return text;
}

static enum dr_status fill_signer(const struct deviation *deviation, struct deviation_record *record,
                                  uint8_t signer[DEVIATION_SIGNER_MAX])
{
    struct bytes serial = crl_serial(deviation->serial);
    enum dr_status status;

    record->by = deviation->by;
    record->signer = deviation->signer_id;
    if (deviation->by == DEVIATION_BY_SERIAL) {
        status = certificate_name_hash(deviation->issuer, signer);
        if (status != DR_OK || serial.len > DEVIATION_SIGNER_MAX - HASH_SHA256_SIZE) {
            return DR_ERR_UNSUPPORTED;
        }
        memcpy(signer + HASH_SHA256_SIZE, serial.data, serial.len);
        record->signer = bytes_of(signer, HASH_SHA256_SIZE + serial.len);
    }
    return record->signer.len <= DEVIATION_SIGNER_MAX ? DR_OK : DR_ERR_UNSUPPORTED;
}

struct output {
    const char *country;
    struct deviation_record record;
    deviation_record_sink sink;
    void *ctx;
};

static enum dr_status emit(const struct output *output, struct bytes numbers)
{
    struct deviation_record record = output->record;
    uint8_t octets[CSCA_RECORD_MAX];
    size_t len;
    enum dr_status status;

    record.numbers = numbers;
    status = deviation_record_write(output->country, &record, octets, &len);
    return status == DR_OK ? output->sink(output->ctx, octets, len) : status;
}

/* Numbers in as many records as they need. None that cannot be one of an MRZ is kept: it would match nothing. */
static enum dr_status emit_numbers(const struct output *output, struct bytes rest)
{
    uint8_t numbers[NUMBERS_MAX];
    struct bytes number;
    size_t len = 0;
    enum dr_status status = DR_OK;

    while (status == DR_OK && deviation_next_number(&rest, &number) == DR_OK) {
        number = without_fillers(number);
        if (number.len == 0 || number.len > DEVIATION_NUMBER_MAX) {
            continue;
        }
        if (len + 1U + number.len > sizeof numbers) {
            status = emit(output, bytes_of(numbers, len));
            len = 0;
        }
        numbers[len] = (uint8_t)number.len;
        memcpy(numbers + len + 1U, number.data, number.len);
        len += 1U + number.len;
    }
    return status == DR_OK && len > 0 ? emit(output, bytes_of(numbers, len)) : status;
}

enum dr_status deviations_write(struct imported_deviations *item, deviation_record_sink sink, void *ctx)
{
    struct output output = {.country = item->signer.issuer_country, .sink = sink, .ctx = ctx};
    uint8_t signer[DEVIATION_SIGNER_MAX];
    struct bytes rest = item->list.deviations, descriptions;
    struct deviation deviation;
    enum dr_status status = DR_OK, read;

    item->taken = 0;
    item->left_out = 0;
    while (status == DR_OK && deviation_list_next(&rest, &deviation) == DR_OK) {
        bool usable = fill_signer(&deviation, &output.record, signer) == DR_OK && deviation.document_type.len <= 2;
        output.record.document_type = without_fillers(deviation.document_type);
        descriptions = deviation.descriptions;
        while (status == DR_OK && (read = deviation_next_description(&descriptions, &output.record.kind,
                                                                     &output.record.parameter)) != DR_ERR_NOT_FOUND) {
            if (!usable || read != DR_OK ||
                (deviation.has_period && output.record.kind != DEVIATION_AA_KEY_COMPROMISED)) {
                item->left_out++;
                continue;
            }
            status =
                deviation.has_numbers ? emit_numbers(&output, deviation.numbers) : emit(&output, bytes_of(NULL, 0));
            item->taken += status == DR_OK;
        }
    }
    return status;
}
