#include "update/update.h"

#include "update/admission.h"

#define CMS_HEAD 6U /* octets that tell a CMS's length at the latest */

void update_init(struct update *update, struct store *store, struct clock *clock)
{
    memset(update, 0, sizeof *update);
    update->store = store;
    update->clock = clock;
}

void update_abort(struct update *update)
{
    if (update->phase == UPDATE_BODY) {
        store_abandon(&update->writer);
    }
    update->phase = UPDATE_IDLE;
    update->offset = 0;
    update->size = 0;
    update->cms_len = 0;
}

/* Where the block that is expected next begins in the file. */
static uint32_t block_start(const struct update *update)
{
    return update->cms_len + update->stream.next * BLOCK_TREE_BLOCK;
}

void update_suspend(struct update *update)
{
    if (update->phase == UPDATE_CMS) {
        update_abort(update);
    } else if (update->phase == UPDATE_BODY) {
        update->offset = block_start(update);
    }
}

static enum dr_status fail(struct update *update, enum dr_status status, const char *why)
{
    update->why = why;
    return status;
}

/* Moves up to `wanted` octets from the front of *octets to `to`. */
static void move(struct update *update, struct bytes *octets, uint8_t *to, size_t wanted)
{
    size_t part = octets->len < wanted ? octets->len : wanted;

    memcpy(to, octets->data, part);
    *octets = bytes_of(octets->data + part, octets->len - part);
    update->offset += (uint32_t)part;
}

/* The CMS's own length, from its first octets. */
static enum dr_status learn_length(struct update *update, const struct update_work *work)
{
    size_t whole = 0;
    enum dr_status status = cms_length(bytes_of(work->incoming.cms, update->offset), &whole);

    if (status == DR_ERR_TRUNCATED && update->offset < CMS_HEAD) {
        return DR_OK;
    }
    if (status != DR_OK) {
        return fail(update, status, "the file does not begin with a CMS SignedData");
    }
    if (whole > POLICY_CMS_MAX_SIZE || whole < CMS_HEAD) {
        return fail(update, DR_ERR_TOO_LARGE, "the CMS is longer than 6144 octets");
    }
    update->cms_len = (uint32_t)whole;
    return DR_OK;
}

/* The CMS is whole: everything is checked now, and the slot is begun with it. */
static enum dr_status admit(struct update *update, struct update_work *work)
{
    uint32_t body_blocks;
    enum dr_status status = admission_examine(update, work);

    if (status != DR_OK) {
        return status;
    }
    if (update->type == OID_DOCREV_RENEWAL) {
        block_tree_stream_begin(&update->stream, update->manifest.root, 0);
        update->phase = UPDATE_BODY; /* of no octets: finish() is all there is to do */
        return DR_OK;
    }
    body_blocks = (uint32_t)(update->manifest.body_length / BLOCK_TREE_BLOCK);
    status = store_begin(update->store, update->object, bytes_of(work->incoming.cms, update->cms_len), body_blocks,
                         &update->writer);
    if (status == DR_ERR_NO_SPACE) {
        return fail(update, status, "the card's slot for this object is too small");
    }
    if (status != DR_OK) {
        return fail(update, status, "the card cannot be written");
    }
    update->writer.series = update->series;
    block_tree_stream_begin(&update->stream, update->manifest.root, body_blocks);
    update->phase = UPDATE_BODY;
    return DR_OK;
}

static enum dr_status take_cms(struct update *update, struct update_work *work, struct bytes *octets)
{
    enum dr_status status;

    if (update->cms_len == 0) {
        move(update, octets, work->incoming.cms + update->offset, CMS_HEAD - update->offset);
        status = learn_length(update, work);
        if (status != DR_OK || update->cms_len == 0) {
            return status;
        }
    }
    move(update, octets, work->incoming.cms + update->offset, update->cms_len - update->offset);
    return update->offset == update->cms_len ? admit(update, work) : DR_OK;
}

/* A block is whole: it must be the signed one before it is sealed. */
static enum dr_status take_block(struct update *update, struct update_work *work)
{
    uint32_t number = update->stream.next;
    enum dr_status status = block_tree_stream_accept(&update->stream, &update->writer.body, work->incoming.body.pending,
                                                     work->incoming.body.parent);

    if (status == DR_ERR_CORRUPT) {
        update->offset = block_start(update);
        return fail(update, status, "a block is not the one that was signed: send it again");
    }
    if (status == DR_OK) {
        status = store_write_block(&update->writer, number, work->incoming.body.pending);
    }
    return status == DR_OK ? DR_OK : fail(update, status, "the card cannot be read or written");
}

static enum dr_status take_body(struct update *update, struct update_work *work, struct bytes *octets)
{
    uint32_t filled = update->offset - block_start(update);

    if (octets->len > update->size - update->offset) {
        return fail(update, DR_ERR_MALFORMED, "the file is longer than its manifest says");
    }
    move(update, octets, work->incoming.body.pending + filled, BLOCK_TREE_BLOCK - filled);
    return update->offset - block_start(update) == BLOCK_TREE_BLOCK ? take_block(update, work) : DR_OK;
}

static enum dr_status finish(struct update *update)
{
    enum dr_status status;

    if (update->phase != UPDATE_BODY || update->offset != update->size) {
        return fail(update, DR_ERR_TRUNCATED, "the file ends before its manifest says");
    }
    if (update->manifest.body_length > 0 && block_tree_stream_finish(&update->stream) != DR_OK) {
        return fail(update, DR_ERR_TRUNCATED, "the body is not whole");
    }
    status = update->type == OID_DOCREV_RENEWAL
                 ? store_renew(update->store, update->object, update->manifest.next_update)
                 : store_commit(&update->writer, &update->manifest);
    return status == DR_OK ? DR_OK : fail(update, status, "the card cannot be written");
}

static enum dr_status take(struct update *update, struct update_work *work, struct bytes octets, bool last)
{
    enum dr_status status = DR_OK;

    while (octets.len > 0 && status == DR_OK) {
        status = update->phase == UPDATE_CMS ? take_cms(update, work, &octets) : take_body(update, work, &octets);
    }
    if (status == DR_OK && last) {
        status = finish(update);
    }
    return status;
}

enum dr_status update_take(struct update *update, struct update_work *work, uint32_t offset, struct bytes octets,
                           bool last)
{
    enum dr_status status;
    bool standing;

    update->why = NULL;
    if (offset == 0) {
        update_abort(update);
        update->phase = UPDATE_CMS;
    }
    if (update->phase == UPDATE_IDLE || offset != update->offset) {
        return fail(update, DR_ERR_STATE,
                    update->phase == UPDATE_IDLE ? "no push is under way" : "not the offset expected next");
    }
    status = take(update, work, octets, last);
    standing = status == DR_ERR_CORRUPT && update->phase == UPDATE_BODY; /* that block may be sent again */
    if (!standing && (last || status != DR_OK)) {
        update_abort(update);
    }
    return status;
}

enum dr_status update_load_policy(struct store *store, struct update_work *work, struct policy *policy)
{
    size_t len = sizeof work->policy_cms;
    struct store_reader reader = {0};
    struct cms cms;
    enum dr_status status = store_open(store, STORE_POLICY, &reader, NULL);

    if (status == DR_OK) {
        status = store_read_cms(&reader, work->policy_cms, &len);
    }
    if (status == DR_OK) {
        status = cms_read(bytes_of(work->policy_cms, len), &cms);
    }
    if (status == DR_OK) {
        status = policy_read(cms.content, policy);
    }
    store_close(&reader);
    return status;
}
