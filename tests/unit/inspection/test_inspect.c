/* inspection_run whole, over played rooms below: who is asked what, in which order, and what is made of the answers. */
#include "inspection/inspect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "crypto/drbg.h"
#include "inspection/chip_reader.h"

#define NOW INT64_C(1795510000) /* 2026-11-24 */
#define DAY INT64_C(86400)

/* What chip, trust, policy and lists will say. */
static struct world {
    /* chip */
    enum dr_status activate[8], access, sod, dg1;
    enum check_result clone; /* what the clone check finds */
    unsigned sod_reads;
    unsigned activations, opens, slips; /* slips: DG1 fails so often before it is read */
    struct mrz on_chip;
    enum dr_status dg1_format, sod_format;
    /* trust */
    hardened signature, trusted, group;
    enum dr_status signature_status;
    enum chain_reason chain;
    bool country_matches;
    /* policy and lists */
    enum dr_status policy_open, list_open;
    int64_t policy_end;
    struct bytes series; /* that the policy states */
    enum policy_action action;
    struct {
        bool covers;
        hardened listed, absent;
        enum dr_status status;
        enum document_reason reason;
        const char *only; /* listed only under this number, absent otherwise */
    } lists[STORE_LISTS];
    unsigned lookups;
    char last_number[MRZ_MAX_DOCUMENT_NUMBER + 1];
    uint32_t ticks;
} world;

static struct store store;
static struct mrz printed;
static struct inspection result;
static struct inspection_work work;
static struct edition_tops tops;
static struct inspection_context context;

/* emrtd, played. */

void session_init(struct session *session, const struct port_nfc *nfc, session_progress progress, void *progress_ctx)
{
    memset(session, 0, sizeof *session);
    session->nfc = nfc;
    session->progress = progress;
    session->progress_ctx = progress_ctx;
}

enum dr_status session_activate(struct session *session)
{
    session->cost.apdus++;
    return world.activate[world.activations < 7 ? world.activations++ : 7];
}

void session_close(struct session *session)
{
    session->open = false;
}

enum dr_status access_open(struct chip_reader *reader)
{
    assert_string_equal(reader->printed->document_number, printed.document_number);
    inspection_report(reader->context, STEP_ACCESS, 0);
    reader->findings->checks.access = ACCESS_BAC;
    return world.access;
}

enum dr_status clone_check_start(struct chip_reader *reader)
{
    (void)reader;
    return DR_OK;
}

enum dr_status clone_check_confirm(struct chip_reader *reader, enum dr_status status)
{
    (void)reader;
    return status;
}

enum dr_status clone_check_finish(struct chip_reader *reader)
{
    reader->findings->checks.chip = (uint8_t)world.clone;
    if (world.clone == CHECK_FAILED) {
        inspection_add(reader->findings, BECAUSE_CLONE_CHECK_FAILED);
    }
    return DR_OK;
}

enum dr_status card_security_read(struct bytes file, struct lds_sod *signed_file, struct bytes *infos)
{
    (void)file, (void)signed_file, (void)infos;
    fail(); /* nobody opened the chip by its mapping */
    return DR_ERR_STATE;
}

enum dr_status session_read_file_into(struct session *session, enum lds_file file, uint8_t *out, size_t *len)
{
    session->progress(session->progress_ctx, file, 1, 2);
    if (file == LDS_SOD) {
        world.sod_reads++;
        if (world.sod == DR_OK) {
            *len = 4;
            memcpy(out, "SOD.", 4);
        }
        return world.sod;
    }
    if (world.slips > 0) {
        world.slips--;
        return DR_ERR_NO_CARD;
    }
    if (world.dg1 == DR_OK) {
        *len = 4;
        memcpy(out, "DG1.", 4);
    }
    return world.dg1;
}

enum dr_status lds_read_dg1(struct bytes file, struct mrz *mrz)
{
    assert_memory_equal(file.data, "DG1.", 4);
    *mrz = world.on_chip;
    return world.dg1_format;
}

void lds_flatten(uint8_t *file, size_t len)
{
    (void)file, (void)len;
}

enum dr_status lds_read_sod(struct bytes file, struct lds_sod *sod)
{
    assert_memory_equal(file.data, "SOD.", 4);
    memset(sod, 0, sizeof *sod);
    sod->digest = HASH_SHA256;
    return world.sod_format;
}

void passive_auth_verify(const struct lds_sod *sod, const struct csca_store *csca, int64_t now,
                         uint8_t block[BLOCK_TREE_BLOCK], struct passive_auth *pa)
{
    (void)sod;
    assert_true(now == NOW);
    if (csca->source.read(csca->source.ctx, 0, block) != DR_OK) {
        world.chain = CHAIN_STORE_UNREADABLE;
        world.trusted = HARDENED_NO;
    }
    *pa = (struct passive_auth){
        .sod = DR_OK,
        .signature = world.signature,
        .signature_status = world.signature_status,
        .chain = {.trusted = world.trusted, .reason = world.chain},
        .signer_country = "UT",
        .genuine = world.signature == HARDENED_YES && world.trusted == HARDENED_YES ? HARDENED_YES : HARDENED_NO};
}

hardened passive_auth_group(const struct lds_sod *sod, unsigned group, const uint8_t *digest)
{
    /* SHA-256("DG1.") begins so: what was read is what is hashed. */
    uint8_t expected[HASH_SHA256_SIZE];

    (void)sod;
    assert_int_equal(group, 1);
    assert_int_equal(hash_compute(HASH_SHA256, bytes_of("DG1.", 4), expected), DR_OK);
    assert_memory_equal(digest, expected, sizeof expected);
    return world.group;
}

bool passive_auth_country_matches(const char *signer_country, const char *issuing_state)
{
    assert_string_equal(signer_country, "UT");
    (void)issuing_state;
    return world.country_matches;
}

/* store, policy and lists, played: the object's number travels as the source's block count. */

static enum dr_status read_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx, (void)block;
    memset(data, 0, BLOCK_TREE_BLOCK);
    return DR_OK;
}

enum dr_status store_open(struct store *from, enum store_object object, struct store_reader *reader,
                          struct block_source *body)
{
    (void)reader;
    assert_true(from->mounted && from->state.objects[object].present);
    *body = (struct block_source){.read = read_block, .block_count = (uint32_t)object};
    return object == STORE_POLICY ? world.policy_open : object == STORE_TRUST ? DR_OK : world.list_open;
}

enum dr_status store_read_cms(struct store_reader *reader, uint8_t *out, size_t *len)
{
    (void)reader, (void)out;
    *len = 1;
    return DR_OK;
}

void store_close(struct store_reader *reader)
{
    memset(reader, 0, sizeof *reader);
}

enum dr_status cms_read(struct bytes input, struct cms *cms)
{
    (void)input;
    memset(cms, 0, sizeof *cms);
    return DR_OK;
}

enum dr_status policy_read(struct bytes der, struct policy *policy)
{
    (void)der;
    memset(policy, 0, sizeof *policy);
    policy->next_update = world.policy_end;
    policy->device.series = world.series;
    policy->authority_count = STORE_LISTS;
    for (unsigned i = 0; i < STORE_LISTS; i++) {
        snprintf(policy->authorities[i].list_id, sizeof policy->authorities[i].list_id, "L%u", i);
        policy->authorities[i].contact = bytes_of("desk\x1B[0m", 8);
    }
    return DR_OK;
}

const struct policy_authority *policy_find_authority(const struct policy *policy, const char *list_id)
{
    for (unsigned i = 0; i < policy->authority_count; i++) {
        if (strcmp(policy->authorities[i].list_id, list_id) == 0) {
            return &policy->authorities[i];
        }
    }
    return NULL;
}

bool policy_authority_covers(const struct policy_authority *authority, const char *state)
{
    return strcmp(state, "UTO") == 0 && world.lists[authority->list_id[1] - '0'].covers;
}

enum dr_status policy_next_rule(struct bytes *rest, struct policy_rule *rule)
{
    if (rest->len == 1) {
        return DR_ERR_NOT_FOUND;
    }
    *rest = bytes_of("x", 1);
    memset(rule, 0, sizeof *rule);
    rule->action = world.action;
    rule->text = bytes_of("words", 5);
    return DR_OK;
}

enum dr_status edition_lookup(const struct edition *edition, const struct document_id *id,
                              struct edition_scratch *scratch, struct lookup_answer *answer)
{
    unsigned list = edition->source.block_count - STORE_LIST_0;

    assert_ptr_equal(scratch->tops, &tops); /* what the last inspection learned of the index */
    world.lookups++;
    strcpy(world.last_number, id->number);
    assert_int_equal(id->type_class, 'P');
    answer->listed = world.lists[list].listed;
    answer->absent = world.lists[list].absent;
    answer->record = (struct document_record){world.lists[list].reason, BASIS_NONE};
    if (world.lists[list].only != NULL && strcmp(world.lists[list].only, id->number) != 0) {
        answer->listed = HARDENED_NO;
        answer->absent = HARDENED_YES;
    }
    return world.lists[list].status;
}

/* A board. */

static enum dr_status nfc_open(void *ctx)
{
    (void)ctx;
    world.opens++;
    return DR_OK;
}

static uint32_t ticks(void *ctx)
{
    (void)ctx;
    return world.ticks += 100;
}

static const struct port_nfc nfc = {.open = nfc_open};
static const struct port_system port_system = {.ticks_ms = ticks};

static void put_list(unsigned i, int64_t end)
{
    struct store_entry *entry = &store.state.objects[STORE_LIST_0 + i];

    *entry = (struct store_entry){.present = true, .manifest = {.number = 40 + i, .next_update = end}};
    snprintf(entry->manifest.list_id, sizeof entry->manifest.list_id, "L%u", i);
    world.lists[i].covers = true;
    world.lists[i].absent = HARDENED_YES;
    world.lists[i].listed = HARDENED_NO;
    world.lists[i].status = DR_OK;
    world.lists[i].reason = REASON_STOLEN;
}

static void list_it(unsigned i)
{
    world.lists[i].listed = HARDENED_YES;
    world.lists[i].absent = HARDENED_NO;
}

/* A passport that is genuine and unlisted, on a device that has all it needs. */
static int good_world(void **state)
{
    (void)state;
    memset(&world, 0, sizeof world);
    memset(&store, 0, sizeof store);
    printed = (struct mrz){MRZ_TD3, "P", "UTO", "L898902C3", "UTO", "740812", "301231"};
    world.on_chip = printed;
    world.signature = world.trusted = world.group = HARDENED_YES;
    world.country_matches = true;
    world.clone = CHECK_NOT_SUPPORTED;
    world.policy_end = NOW + DAY;
    world.action = POLICY_REFER;
    store.mounted = true;
    store.state.objects[STORE_POLICY] = (struct store_entry){.present = true, .manifest = {.number = 1}};
    store.state.objects[STORE_TRUST] =
        (struct store_entry){.present = true, .manifest = {.number = 1, .next_update = NOW + DAY}};
    put_list(0, NOW + DAY);
    context = (struct inspection_context){.nfc = &nfc,
                                          .system = &port_system,
                                          .store = &store,
                                          .now = NOW,
                                          .time_confirmed = true,
                                          .wait_ms = 2000,
                                          .tops = &tops};
    return 0;
}

#define R(name) BECAUSE_BIT(BECAUSE_##name)

static void expect(verdict value, reason_set reasons)
{
    static const struct inspection_work empty;

    inspection_run(&context, &printed, &work, &result);
    if (result.verdict != value || result.reasons != reasons) {
        printf("got %s", verdict_text(result.verdict));
        for (unsigned i = 0; i < BECAUSE_COUNT; i++) {
            if ((result.reasons & BECAUSE_BIT(i)) != 0) {
                printf(" %s", verdict_reason_text((enum because)i));
            }
        }
        printf("\n");
    }
    assert_int_equal(result.verdict, value);
    assert_true(result.reasons == reasons);
    assert_memory_equal(&work, &empty, sizeof work); /* nothing personal stays */
}

static void genuine_and_unlisted(void **state)
{
    (void)state;
    expect(VERDICT_NO_RECORD, 0);
    assert_int_equal(world.lookups, 1);
    assert_string_equal(world.last_number, "L898902C3");
    assert_int_equal(result.hit_count, 0);
    assert_int_equal(result.cost.apdus, 1);
    assert_in_range(result.milliseconds, 100, 2000);
}

static void listed(void **state)
{
    (void)state;
    list_it(0);
    expect(VERDICT_REFER, R(LISTED_STOLEN));
    assert_int_equal(result.hit_count, 1);
    assert_string_equal(result.hits[0].list_id, "L0");
    assert_int_equal(result.hits[0].edition, 40);
    assert_string_equal(result.hits[0].text, "words");
    assert_string_equal(result.hits[0].contact, "desk [0m"); /* nothing that a terminal acts on */
}

static void each_reason_of_listing(void **state)
{
    (void)state;
    list_it(0);
    world.lists[0].reason = REASON_LOST;
    expect(VERDICT_REFER, R(LISTED_LOST));
    world.lists[0].reason = REASON_STOLEN_BLANK;
    expect(VERDICT_REFER, R(LISTED_STOLEN_BLANK));
    world.lists[0].reason = REASON_CANCELLED;
    expect(VERDICT_REFER, R(LISTED_CANCELLED));
    world.lists[0].reason = REASON_INVALID;
    expect(VERDICT_REFER, R(LISTED_INVALID));
}

static void policy_may_advise_or_ignore(void **state)
{
    (void)state;
    list_it(0);
    world.action = POLICY_ADVISE;
    expect(VERDICT_ADVISORY, R(LISTED_STOLEN));
    assert_int_equal(result.hits[0].action, POLICY_ADVISE);
    world.action = POLICY_IGNORE;
    expect(VERDICT_NO_RECORD, 0);
    assert_int_equal(result.hit_count, 0);
    /* The look-up must have succeeded all the same. */
    put_list(1, NOW + DAY);
    world.lists[1].absent = HARDENED_NO;
    world.lists[1].status = DR_ERR_CORRUPT;
    expect(VERDICT_CANNOT_VERIFY, R(LIST_UNREADABLE));
}

/* REFER, whatever else is wrong, with every reason. */
static void listed_and_not_genuine(void **state)
{
    (void)state;
    list_it(0);
    world.signature = HARDENED_NO;
    world.signature_status = DR_ERR_SIGNATURE;
    world.group = HARDENED_NO;
    context.time_confirmed = false;
    expect(VERDICT_REFER, R(LISTED_STOLEN) | R(SOD_SIGNATURE) | R(DG_HASH) | R(TIME_UNCONFIRMED));
    world.action = POLICY_ADVISE;
    expect(VERDICT_CANNOT_VERIFY, R(LISTED_STOLEN) | R(SOD_SIGNATURE) | R(DG_HASH) | R(TIME_UNCONFIRMED));
}

static void document_expired(void **state)
{
    (void)state;
    strcpy(printed.date_of_expiry, "261123");
    world.on_chip = printed;
    expect(VERDICT_REFER, R(DOCUMENT_EXPIRED));
    strcpy(printed.date_of_expiry, "261124"); /* its last day */
    world.on_chip = printed;
    expect(VERDICT_NO_RECORD, 0);
    strcpy(printed.date_of_expiry, "<<<<<<");
    world.on_chip = printed;
    expect(VERDICT_CANNOT_VERIFY, R(FILE_MALFORMED));
}

static void what_passive_authentication_says(void **state)
{
    static const struct {
        enum chain_reason chain;
        reason_set reasons;
    } cases[] = {{CHAIN_NO_CSCA_FOR_STATE, R(NO_CSCA_FOR_STATE)},
                 {CHAIN_CSCA_UNKNOWN, R(CSCA_UNKNOWN)},
                 {CHAIN_SIGNATURE_INVALID, R(CHAIN_SIGNATURE)},
                 {CHAIN_DSC_EXPIRED, R(DSC_EXPIRED)},
                 {CHAIN_DSC_NOT_YET_VALID, R(DSC_EXPIRED)},
                 {CHAIN_CSCA_EXPIRED, R(CSCA_EXPIRED)},
                 {CHAIN_KEY_USAGE, R(DSC_PROFILE)},
                 {CHAIN_CRITICAL_EXTENSION, R(DSC_PROFILE)},
                 {CHAIN_ALGORITHM, R(ALGORITHM)},
                 {CHAIN_STORE_UNREADABLE, R(TRUST_MISSING)},
                 {CHAIN_OK, R(INTERNAL)}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world.trusted = HARDENED_NO;
        world.chain = cases[i].chain;
        expect(VERDICT_CANNOT_VERIFY, cases[i].reasons);
    }
    good_world(state);
    world.signature = HARDENED_NO;
    world.signature_status = DR_ERR_UNSUPPORTED;
    expect(VERDICT_CANNOT_VERIFY, R(ALGORITHM));
    good_world(state);
    world.country_matches = false;
    expect(VERDICT_CANNOT_VERIFY, R(STATE_MISMATCH));
    good_world(state);
    world.group = 0; /* neither yes nor no */
    expect(VERDICT_CANNOT_VERIFY, R(DG_HASH));
    good_world(state);
    world.sod_format = DR_ERR_MALFORMED;
    expect(VERDICT_CANNOT_VERIFY, R(FILE_MALFORMED));
    world.sod_format = DR_ERR_UNSUPPORTED;
    expect(VERDICT_CANNOT_VERIFY, R(ALGORITHM));
}

/* Both numbers are looked up: the chip may be another document's, and the page too. */
static void chip_and_page_differ(void **state)
{
    (void)state;
    strcpy(world.on_chip.document_number, "X1");
    expect(VERDICT_CANNOT_VERIFY, R(MRZ_DIFFERS));
    assert_int_equal(world.lookups, 2);
    list_it(0);
    world.lists[0].only = "X1";
    expect(VERDICT_REFER, R(MRZ_DIFFERS) | R(LISTED_STOLEN));
    world.lists[0].only = "L898902C3";
    expect(VERDICT_REFER, R(MRZ_DIFFERS) | R(LISTED_STOLEN));
}

static void without_dg1_the_printed_number_is_looked_up(void **state)
{
    (void)state;
    world.access = DR_ERR_ACCESS_DENIED;
    expect(VERDICT_CANNOT_VERIFY, R(ACCESS_DENIED) | R(PRINTED_NUMBER_USED));
    assert_int_equal(world.lookups, 1);
    list_it(0);
    expect(VERDICT_REFER, R(ACCESS_DENIED) | R(PRINTED_NUMBER_USED) | R(LISTED_STOLEN));
    good_world(state);
    world.dg1_format = DR_ERR_CHECK_DIGIT;
    expect(VERDICT_CANNOT_VERIFY, R(FILE_MALFORMED) | R(PRINTED_NUMBER_USED));
}

static void files_that_cannot_be_read(void **state)
{
    (void)state;
    world.sod = DR_ERR_NOT_FOUND;
    expect(VERDICT_CANNOT_VERIFY, R(FILE_MISSING)); /* DG1 was read all the same */
    world.sod = DR_ERR_TOO_LARGE;
    expect(VERDICT_CANNOT_VERIFY, R(FILE_MALFORMED));
    world.sod = DR_ERR_SIGNATURE; /* secure messaging broke: the session is over */
    expect(VERDICT_CANNOT_VERIFY, R(SECURE_MESSAGING) | R(PRINTED_NUMBER_USED));
    good_world(state);
    world.dg1 = DR_ERR_CARD_STATUS;
    expect(VERDICT_CANNOT_VERIFY, R(CHIP_UNREADABLE) | R(PRINTED_NUMBER_USED));
    good_world(state);
    world.access = DR_ERR_CARD_STATUS;
    expect(VERDICT_CANNOT_VERIFY, R(CHIP_UNREADABLE) | R(PRINTED_NUMBER_USED));
}

/* CA, AA and CAM count only under a trusted SOD; what cannot be had at all is no fault (ICAO 9303-11 6). */
static void the_clone_check_counts_under_a_trusted_sod(void **state)
{
    (void)state;
    expect(VERDICT_NO_RECORD, 0);
    assert_int_equal(result.checks.access, ACCESS_BAC);
    assert_int_equal(result.checks.passive, CHECK_PASSED);
    assert_int_equal(result.checks.chip, CHECK_NOT_SUPPORTED);
    world.clone = CHECK_PASSED;
    expect(VERDICT_NO_RECORD, 0);
    assert_int_equal(result.checks.chip, CHECK_PASSED);
    world.clone = CHECK_FAILED;
    expect(VERDICT_CANNOT_VERIFY, R(CLONE_CHECK_FAILED));
    world.clone = CHECK_UNDETERMINED;
    expect(VERDICT_CANNOT_VERIFY, 0);
    world.clone = CHECK_NOT_DONE;
    expect(VERDICT_CANNOT_VERIFY, 0);
    world.clone = CHECK_PASSED;
    world.trusted = HARDENED_NO;
    world.chain = CHAIN_CSCA_UNKNOWN;
    expect(VERDICT_CANNOT_VERIFY, R(CSCA_UNKNOWN));
    assert_int_equal(result.checks.chip, CHECK_UNDETERMINED);
    assert_int_equal(result.checks.passive, CHECK_FAILED);
    good_world(state);
    world.group = HARDENED_NO;
    expect(VERDICT_CANNOT_VERIFY, R(DG_HASH));
    assert_int_equal(result.checks.passive, CHECK_FAILED);
    good_world(state);
    world.sod = DR_ERR_NOT_FOUND;
    world.clone = CHECK_NOT_DONE;
    expect(VERDICT_CANNOT_VERIFY, R(FILE_MISSING));
    assert_int_equal(result.checks.passive, CHECK_NOT_DONE);
}

static void a_chip_that_slips_is_taken_up_again(void **state)
{
    (void)state;
    world.slips = 2;
    expect(VERDICT_NO_RECORD, 0);
    assert_int_equal(world.activations, 3);
    assert_int_equal(world.sod_reads, 1); /* it is not read again */
    good_world(state);
    world.slips = 3;
    expect(VERDICT_CANNOT_VERIFY, R(CHIP_REMOVED) | R(PRINTED_NUMBER_USED));
    good_world(state);
    world.slips = 1; /* and it does not come back */
    for (unsigned i = 1; i < 8; i++) {
        world.activate[i] = DR_ERR_NO_CARD;
    }
    expect(VERDICT_CANNOT_VERIFY, R(CHIP_REMOVED) | R(PRINTED_NUMBER_USED));
}

static void no_chip_and_no_reader(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        world.activate[i] = DR_ERR_NO_CARD;
    }
    expect(VERDICT_CANNOT_VERIFY, R(CHIP_MISSING) | R(PRINTED_NUMBER_USED));
    assert_in_range(result.milliseconds, 2000, 4000);

    good_world(state);
    for (unsigned i = 0; i < 8; i++) {
        world.activate[i] = DR_ERR_NO_READER;
    }
    expect(VERDICT_CANNOT_VERIFY, R(READER_SILENT) | R(PRINTED_NUMBER_USED));
    assert_int_equal(world.opens, 3);

    good_world(state);
    world.activate[0] = DR_ERR_NO_READER; /* it comes back */
    world.activate[1] = DR_ERR_NO_CARD;
    expect(VERDICT_NO_RECORD, 0);
}

static void lists_must_cover_be_fresh_and_be_readable(void **state)
{
    (void)state;
    put_list(1, NOW + DAY);
    put_list(3, NOW + DAY);
    expect(VERDICT_NO_RECORD, 0);
    assert_int_equal(world.lookups, 3);

    put_list(3, NOW); /* nextUpdate has come */
    expect(VERDICT_CANNOT_VERIFY, R(LIST_STALE));
    list_it(3);
    expect(VERDICT_REFER, R(LIST_STALE) | R(LISTED_STOLEN));
    world.lists[3].covers = false; /* then it does not matter */
    expect(VERDICT_NO_RECORD, 0);

    world.lists[1].absent = HARDENED_NO;
    world.lists[1].status = DR_ERR_CORRUPT;
    expect(VERDICT_CANNOT_VERIFY, R(LIST_UNREADABLE));
    world.lists[1].absent = HARDENED_YES ^ 1U; /* a status alone proves nothing */
    world.lists[1].status = DR_OK;
    expect(VERDICT_CANNOT_VERIFY, R(LIST_UNREADABLE));

    world.lists[0].covers = world.lists[1].covers = false;
    expect(VERDICT_CANNOT_VERIFY, R(LIST_MISSING));
    good_world(state);
    store.state.objects[STORE_LIST_0] = (struct store_entry){0};
    expect(VERDICT_CANNOT_VERIFY, R(LIST_MISSING));
    good_world(state);
    strcpy(store.state.objects[STORE_LIST_0].manifest.list_id, "ZZ"); /* the policy does not know it any more */
    expect(VERDICT_CANNOT_VERIFY, R(LIST_MISSING));
    assert_int_equal(world.lookups, 0);
    good_world(state);
    world.list_open = DR_ERR_IO;
    expect(VERDICT_CANNOT_VERIFY, R(STORAGE_MISSING));
}

/* All lists are asked even when the first has it. */
static void every_list_is_asked(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STORE_LISTS; i++) {
        put_list(i, NOW + DAY);
        list_it(i);
    }
    world.lists[2].reason = REASON_LOST;
    expect(VERDICT_REFER, R(LISTED_STOLEN) | R(LISTED_LOST));
    assert_int_equal(world.lookups, 4);
    assert_int_equal(result.hit_count, 4);
    /* With two documents there are eight hits: what there is no room for still counts. */
    strcpy(world.on_chip.document_number, "X1");
    expect(VERDICT_REFER, R(LISTED_STOLEN) | R(LISTED_LOST) | R(MRZ_DIFFERS));
    assert_int_equal(result.hit_count, 4);
}

static void a_device_that_lacks_something(void **state)
{
    (void)state;
    context.time_confirmed = false;
    expect(VERDICT_CANNOT_VERIFY, R(TIME_UNCONFIRMED));
    good_world(state);
    world.policy_end = NOW;
    expect(VERDICT_CANNOT_VERIFY, R(POLICY_EXPIRED));
    good_world(state);
    store.state.objects[STORE_TRUST].manifest.next_update = NOW;
    expect(VERDICT_CANNOT_VERIFY, R(TRUST_STALE));
    good_world(state);
    store.state.objects[STORE_TRUST].present = false;
    expect(VERDICT_CANNOT_VERIFY, R(TRUST_MISSING));
    good_world(state);
    store.state.objects[STORE_POLICY].present = false;
    expect(VERDICT_CANNOT_VERIFY, R(DEVICE_NOT_PROVISIONED));
    good_world(state);
    world.policy_open = DR_ERR_IO;
    expect(VERDICT_CANNOT_VERIFY, R(STORAGE_MISSING));
    good_world(state);
    store.mounted = false;
    expect(VERDICT_CANNOT_VERIFY, R(STORAGE_MISSING));
}

/* Of list L1 an edition of a series that the policy has ended: held, but nothing to rest a verdict on. */
static void an_edition_of_an_ended_series_counts_as_missing(void **state)
{
    static const uint8_t from_41[] = {0x30, 10, 0x0C, 2, 'L', '1', 2, 1, 1, 2, 1, 41};
    static const uint8_t from_42[] = {0x30, 10, 0x0C, 2, 'L', '1', 2, 1, 1, 2, 1, 42};

    put_list(1, NOW + 86400);
    world.series = bytes_of(from_41, sizeof from_41);
    expect(VERDICT_CANNOT_VERIFY, R(LIST_MISSING));
    store.state.objects[STORE_LIST_1].series = 1;
    expect(VERDICT_NO_RECORD, 0);
    store.state.objects[STORE_LIST_1].series = 0;
    world.series = bytes_of(from_42, sizeof from_42); /* number 41 is older than the break-in */
    expect(VERDICT_NO_RECORD, 0);
    good_world(state);
}

/* A date without a time: what has to be fresh is held against the end of that day, the document's expiry against its beginning. */
static void an_officers_date_is_a_day_long(void **state)
{
    strcpy(printed.date_of_expiry, "261124");
    world.on_chip = printed;
    context.uncertainty = 86399;
    put_list(0, NOW + 86400);
    expect(VERDICT_NO_RECORD, 0);
    assert_true(result.date_by_officer);
    put_list(0, NOW + 86399);
    expect(VERDICT_CANNOT_VERIFY, R(LIST_STALE));
    good_world(state);
    context.uncertainty = 86399;
    world.policy_end = NOW + 86399;
    expect(VERDICT_CANNOT_VERIFY, R(POLICY_EXPIRED));
    good_world(state);
    context.uncertainty = 86399;
    store.state.objects[STORE_TRUST].manifest.next_update = NOW + 86399;
    expect(VERDICT_CANNOT_VERIFY, R(TRUST_STALE));
    good_world(state);
    expect(VERDICT_NO_RECORD, 0);
    assert_false(result.date_by_officer);
}

/* Before the clock knows at least the year, an expiry date says nothing. */
static void without_any_time_no_document_is_called_expired(void **state)
{
    (void)state;
    context.time_confirmed = false;
    context.now = 0;
    store.mounted = false;
    world.sod = DR_ERR_NOT_FOUND;
    expect(VERDICT_CANNOT_VERIFY, R(TIME_UNCONFIRMED) | R(STORAGE_MISSING) | R(FILE_MISSING));
}

static enum inspection_step last_step;
static unsigned steps_seen;

static void on_progress(void *ctx, enum inspection_step step, unsigned percent)
{
    assert_ptr_equal(ctx, &last_step);
    assert_true(step >= last_step && percent <= 100);
    steps_seen |= 1U << step;
    last_step = step;
}

static void the_steps_are_told_in_order(void **state)
{
    (void)state;
    last_step = STEP_WAIT_CHIP;
    context.progress = on_progress;
    context.progress_ctx = &last_step;
    expect(VERDICT_NO_RECORD, 0);
    assert_int_equal(steps_seen, 0x3F);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(genuine_and_unlisted, good_world),
        cmocka_unit_test_setup(listed, good_world),
        cmocka_unit_test_setup(each_reason_of_listing, good_world),
        cmocka_unit_test_setup(policy_may_advise_or_ignore, good_world),
        cmocka_unit_test_setup(listed_and_not_genuine, good_world),
        cmocka_unit_test_setup(document_expired, good_world),
        cmocka_unit_test_setup(what_passive_authentication_says, good_world),
        cmocka_unit_test_setup(chip_and_page_differ, good_world),
        cmocka_unit_test_setup(without_dg1_the_printed_number_is_looked_up, good_world),
        cmocka_unit_test_setup(files_that_cannot_be_read, good_world),
        cmocka_unit_test_setup(the_clone_check_counts_under_a_trusted_sod, good_world),
        cmocka_unit_test_setup(a_chip_that_slips_is_taken_up_again, good_world),
        cmocka_unit_test_setup(no_chip_and_no_reader, good_world),
        cmocka_unit_test_setup(lists_must_cover_be_fresh_and_be_readable, good_world),
        cmocka_unit_test_setup(every_list_is_asked, good_world),
        cmocka_unit_test_setup(a_device_that_lacks_something, good_world),
        cmocka_unit_test_setup(an_edition_of_an_ended_series_counts_as_missing, good_world),
        cmocka_unit_test_setup(an_officers_date_is_a_day_long, good_world),
        cmocka_unit_test_setup(without_any_time_no_document_is_called_expired, good_world),
        cmocka_unit_test_setup(the_steps_are_told_in_order, good_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
