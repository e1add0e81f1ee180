#include "bench/list_sets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct generator {
    uint64_t seed;
    list_set_visit visit;
    void *ctx;
    struct list_set *set;
    struct list_record record;
};

/* splitmix64 (Steele, Lea, Flood 2014): one state, every seed good. */
static uint64_t next_random(struct generator *generator)
{
    uint64_t z = generator->seed += 0x9E3779B97F4A7C15U;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static uint64_t below(struct generator *generator, uint64_t limit)
{
    return (uint64_t)(((unsigned __int128)next_random(generator) * limit) >> 64);
}

static double uniform(struct generator *generator)
{
    return (double)(next_random(generator) >> 11) / 9007199254740992.0;
}

static double log2_choose(double n, double k)
{
    return (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)) / log(2);
}

/* Writes `value` by the pattern: 9 = digit, A = letter, X = either. */
static void put_number(char *out, const char *pattern, uint64_t value)
{
    static const char symbols[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t length = strlen(pattern);

    out[length] = 0;
    for (size_t i = length; i-- > 0;) {
        uint64_t size = pattern[i] == '9' ? 10 : pattern[i] == 'A' ? 26 : 36;
        out[i] = symbols[value % size + (pattern[i] == 'A' ? 10 : 0)];
        value /= size;
    }
}

static bool emit(struct generator *generator, const char *pattern, uint64_t value)
{
    put_number(generator->record.id.number, pattern, value);
    generator->set->entries++;
    return generator->visit(generator->ctx, &generator->record);
}

/* `count` of `universe` numbers without repetition, ascending, by selection sampling (Knuth 3.4.2, algorithm S) in steps:
 * each gap is drawn from its exact distribution as long as numbers are many, which geometric steps do well enough. */
static int compare_numbers(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

static uint64_t *sample(struct generator *generator, uint64_t universe, size_t count)
{
    uint64_t *numbers = malloc((count + 1U) * sizeof *numbers);
    size_t have = 0;

    while (numbers != NULL && have < count) {
        size_t unique = 0;
        while (have < count) {
            numbers[have++] = below(generator, universe);
        }
        qsort(numbers, have, sizeof *numbers, compare_numbers);
        for (size_t i = 0; i < have; i++) {
            if (unique == 0 || numbers[unique - 1U] != numbers[i]) {
                numbers[unique++] = numbers[i];
            }
        }
        have = unique;
    }
    return numbers;
}

static enum dr_status emit_all(struct generator *generator, const char *pattern, uint64_t start,
                               const uint64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!emit(generator, pattern, start + numbers[i])) {
            return DR_ERR_STATE;
        }
    }
    return DR_OK;
}

static enum dr_status uniform_set(struct generator *generator, const char *pattern, double universe, size_t count)
{
    uint64_t *numbers = sample(generator, (uint64_t)universe, count);
    enum dr_status status = numbers == NULL ? DR_ERR_NO_SPACE : emit_all(generator, pattern, 0, numbers, count);

    free(numbers);
    generator->set->bound = log2_choose(universe, (double)count);
    generator->set->universe = universe;
    return status;
}

/* Sampling by a bitmap: what dense series need. */
static enum dr_status dense_series(struct generator *generator, const char *pattern, uint64_t start, uint32_t universe,
                                   uint32_t count, uint64_t *bits)
{
    memset(bits, 0, (universe + 63U) / 64U * sizeof *bits);
    for (uint32_t have = 0; have < count;) {
        uint64_t number = below(generator, universe);
        uint64_t bit = 1ULL << number % 64U;
        have += (bits[number / 64U] & bit) == 0;
        bits[number / 64U] |= bit;
    }
    for (uint32_t word = 0; word < (universe + 63U) / 64U; word++) {
        for (uint64_t left = bits[word]; left != 0; left &= left - 1U) {
            if (!emit(generator, pattern, start + word * 64ULL + (unsigned)__builtin_ctzll(left))) {
                return DR_ERR_STATE;
            }
        }
    }
    generator->set->bound += log2_choose(universe, count);
    generator->set->universe += universe;
    return DR_OK;
}

static enum dr_status set_d(struct generator *generator, uint32_t scale)
{
    enum { SERIES = 9000, UNIVERSE = 1000000 };
    uint64_t *bits = malloc((UNIVERSE + 63) / 64 * sizeof *bits);
    uint32_t series_count = SERIES / scale;
    uint32_t *places = calloc(SERIES, sizeof *places);
    uint64_t *prefixes = sample(generator, 10000, series_count);
    enum dr_status status = bits == NULL || places == NULL || prefixes == NULL ? DR_ERR_NO_SPACE : DR_OK;

    for (uint32_t i = 0; i < SERIES && status == DR_OK; i++) { /* which place in Zipf's order a series has */
        uint32_t other = (uint32_t)below(generator, i + 1U);
        places[i] = places[other];
        places[other] = i + 1U;
    }
    for (uint32_t i = 0; i < series_count && status == DR_OK; i++) {
        /* 0.4 at place 1; the exponent makes 125 M in all */
        double density = 0.4 * pow(places[i], -0.4297);
        status = dense_series(generator, "9999999999", prefixes[i] * UNIVERSE, UNIVERSE, (uint32_t)(UNIVERSE * density),
                              bits);
    }
    free(bits);
    free(places);
    free(prefixes);
    return status;
}

/* An object in a series: a single number, or a run. */
struct object {
    uint64_t at, length;
};

static struct document_record mixed_record(struct generator *generator)
{
    static const enum document_basis bases[] = {BASIS_COURT_ORDER, BASIS_ADMINISTRATIVE, BASIS_HOLDER_REQUEST,
                                                BASIS_NOT_STATED};
    uint64_t part = below(generator, 90);

    if (part < 85) {
        return (struct document_record){part < 30 ? REASON_STOLEN : REASON_LOST, BASIS_NONE};
    }
    return (struct document_record){REASON_CANCELLED, bases[below(generator, 4)]};
}

/* `count` entries at `density`, a tenth of them in runs of 100 to 10,000. */
static enum dr_status series_with_runs(struct generator *generator, const char *pattern, uint64_t start, size_t count,
                                       uint64_t universe, bool mixed)
{
    uint64_t in_runs = 0, shift = 0, next_run = 0;
    size_t singles, run_count = 0;
    uint64_t *lengths = calloc(count / 1000U + 2U, sizeof *lengths), *places = NULL;
    uint8_t *is_run = NULL;
    enum dr_status status = DR_ERR_NO_SPACE;

    if (lengths == NULL) {
        return status;
    }
    while (in_runs + 10000U < count / 10U) {
        lengths[run_count] = 100U + below(generator, 9901);
        in_runs += lengths[run_count++];
    }
    if (count / 10U - in_runs >= 100U && count / 10U > in_runs) {
        lengths[run_count] = count / 10U - in_runs;
        in_runs += lengths[run_count++];
    }
    singles = count - (size_t)in_runs;
    /* Objects take one place each; a run's other numbers are put in afterwards. */
    places = sample(generator, universe - in_runs + run_count, singles + run_count);
    is_run = calloc(singles + run_count + 1U, 1);
    if (places == NULL || is_run == NULL) {
        goto out;
    }
    for (size_t i = 0; i < run_count;) {
        size_t object = (size_t)below(generator, singles + run_count);
        i += is_run[object] == 0;
        is_run[object] = 1;
    }
    status = DR_OK;
    for (size_t i = 0; i < singles + run_count; i++) {
        uint64_t length = is_run[i] ? lengths[next_run++] : 1;
        generator->record.record =
            mixed ? is_run[i] ? (struct document_record){REASON_STOLEN_BLANK, BASIS_NONE} : mixed_record(generator)
                  : (struct document_record){REASON_STOLEN, BASIS_NONE};
        for (uint64_t j = 0; j < length; j++) {
            if (!emit(generator, pattern, start + places[i] + shift + j)) {
                status = DR_ERR_STATE;
                goto out;
            }
        }
        shift += length - 1U;
    }
    generator->set->universe += (double)universe;
    /* Which places have objects, which objects are runs, how long those are. */
    generator->set->bound += log2_choose((double)(universe - in_runs + run_count), (double)(singles + run_count)) +
                             log2_choose((double)(singles + run_count), (double)run_count) +
                             (double)run_count * log2(9901);
    if (mixed) {
        double stolen = 30.0 / 90.0, lost = 55.0 / 90.0, cancelled = 5.0 / 90.0;
        generator->set->bound +=
            (double)singles * -(stolen * log2(stolen) + lost * log2(lost) + cancelled * log2(cancelled / 4.0));
    }
out:
    free(lengths);
    free(places);
    free(is_run);
    return status;
}

static enum dr_status set_c(struct generator *generator, size_t total, bool mixed)
{
    static const char states[40][4] = {"ALB", "ARG", "AUS", "AUT", "BEL", "BGR", "BRA", "CAN", "CHE", "CHL",
                                       "CHN", "CZE", "D",   "DNK", "EGY", "ESP", "EST", "FIN", "FRA", "GBR",
                                       "GRC", "HRV", "HUN", "IDN", "IND", "IRL", "ISR", "ITA", "JPN", "KEN",
                                       "KOR", "MEX", "NGA", "NLD", "POL", "PRT", "ROU", "SWE", "UKR", "USA"};
    static const char *const patterns[] = {"AA9999999", "A99999999", "AAA999999", "99AA99999"};
    static const double spaces[] = {6.76e9, 2.6e9, 1.7576e10, 6.76e9};
    double harmonic = 0;
    unsigned places[40] = {0};
    enum dr_status status = DR_OK;

    for (unsigned i = 0; i < 40; i++) {
        unsigned other = (unsigned)below(generator, i + 1U);
        harmonic += 1.0 / (i + 1U);
        places[i] = places[other];
        places[other] = i + 1U;
    }
    for (unsigned i = 0; i < 40 && status == DR_OK; i++) {
        double entries = (double)total / harmonic / places[i];
        unsigned series = 2U + (unsigned)below(generator, 5), pattern = (unsigned)below(generator, 4);
        memcpy(generator->record.id.state, states[i], 4);
        for (unsigned j = 0; j < series && status == DR_OK; j++) {
            double density = 0.001 * pow(50.0, uniform(generator));
            double slot = spaces[pattern] / series, universe = entries / series / density;
            if (universe > slot * 0.9) {
                universe = slot * 0.9;
            }
            uint64_t start = (uint64_t)(slot * j + uniform(generator) * (slot - universe));
            status = series_with_runs(generator, patterns[pattern], start, (size_t)(entries / series),
                                      (uint64_t)universe, mixed);
        }
    }
    return status;
}

static enum dr_status set_e(struct generator *generator, size_t total)
{
    enum { RUNS = 12 };
    uint64_t *starts = sample(generator, 676, RUNS);
    uint64_t slot = 10000000;
    enum dr_status status = starts == NULL ? DR_ERR_NO_SPACE : DR_OK;

    memcpy(generator->record.id.state, "EST", 4);
    generator->record.id.type_class = 'I';
    for (unsigned i = 0; i < RUNS && status == DR_OK; i++) {
        uint64_t length = total / RUNS / 2U + below(generator, total / RUNS);
        uint64_t from = starts[i] * slot + below(generator, slot - 2U * total / RUNS);
        length = i + 1U == RUNS ? total - generator->set->entries : length;
        for (uint64_t j = 0; j < length && status == DR_OK; j++) {
            status = emit(generator, "AA9999999", from + j) ? DR_OK : DR_ERR_STATE;
        }
    }
    generator->set->universe = 6.76e9;
    generator->set->bound = log2_choose(6.76e9 - (double)total, RUNS) + log2_choose((double)total, RUNS);
    free(starts);
    return status;
}

enum dr_status list_set_generate(char name, uint32_t scale, list_set_visit visit, void *ctx, struct list_set *set)
{
    struct generator generator = {
        .seed = 0xD0C4E500U + (unsigned char)(name == 'F' ? 'C' : name), .visit = visit, .ctx = ctx, .set = set};

    memset(set, 0, sizeof *set);
    set->name = name;
    generator.record.since = LIST_SINCE_UNKNOWN;
    generator.record.record = (struct document_record){REASON_STOLEN, BASIS_NONE};
    generator.record.id.type_class = 'P';
    memcpy(generator.record.id.state, "UTO", 4);
    switch (name) {
    case 'A':
        return uniform_set(&generator, "99999999", 1e8, 1000000U / scale);
    case 'B':
        return uniform_set(&generator, "XXXXXXXXX", pow(36, 9), 1000000U / scale);
    case 'C':
    case 'F':
        return set_c(&generator, 10000000U / scale, name == 'F');
    case 'D':
        return set_d(&generator, scale);
    case 'E':
        return set_e(&generator, 170000U / scale);
    default:
        return DR_ERR_ARGUMENT;
    }
}
