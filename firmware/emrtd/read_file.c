/*
 * Reading an elementary file (ICAO 9303-10 3.6.2, 3.6.3, 3.6.6): by short identifier, which every chip must take and which
 * saves a command, else by SELECT; the header first, then exactly what the header says is there, since chips answer
 * differently to reads past the end.
 */
#include "emrtd/session.h"

#include "codec/tlv.h"

/* Tag and length of most files; the least a file with content has. */
#define HEADER_READ 4U
#define HEADER_MAX 8U
/* B0 reaches this far, B1 takes over from here: some chips let the two not overlap (9303-10 3.6.6 note 1). */
#define ODD_INS_FROM 0x8000U
#define ODD_OVERHEAD 4U /* of DO53: tag and a length of up to three octets */
#define PLAIN_BLOCK 256U
/* Each shorter answer costs one step down here or one repetition; no chip makes us go on for ever. */
#define MAX_REPEATS 12U

struct file_reader {
    struct session *session;
    enum lds_file file;
    const struct lds_file_info *info;
    session_sink sink;
    void *ctx;
    size_t offset, total;
    bool by_short_id; /* the next command names the file; afterwards it is the current one */
};

static bool is_success(uint16_t sw)
{
    return sw == SW_OK || sw == SW_END_OF_FILE;
}

static enum dr_status judge_error(uint16_t sw)
{
    switch (sw) {
    case SW_FILE_NOT_FOUND:
    case SW_FILE_DEACTIVATED:
        return DR_ERR_NOT_FOUND;
    case SW_SECURITY_STATUS:
        return DR_ERR_ACCESS_DENIED;
    case SW_WRONG_OFFSET: /* the file is shorter than its header says */
        return DR_ERR_MALFORMED;
    default:
        return DR_ERR_CARD_STATUS;
    }
}

/* Sizes that chips were seen to take when they refused more. */
static uint16_t smaller_block(size_t size)
{
    static const uint8_t steps[] = {223, 192, 160, 128, 96, 64};
    size_t i;

    for (i = 0; i < sizeof steps; i++) {
        if (steps[i] < size) {
            return steps[i];
        }
    }
    return 0;
}

static size_t largest_block(const struct session *session)
{
    size_t most = session->is_protected ? secure_messaging_max_read(&session->sm, PORT_NFC_MAX_RESPONSE) : PLAIN_BLOCK;

    return session->block_size != 0 && session->block_size < most ? session->block_size : most;
}

/* READ BINARY with even INS: by short identifier (Table 5) or in the current file (Table 4). */
static enum dr_status read_even(const struct file_reader *reader, size_t want, struct bytes *data)
{
    struct apdu_command command = {.ins = APDU_INS_READ_BINARY, .le = (uint16_t)want};

    command.p1 = reader->by_short_id ? (uint8_t)(0x80U | reader->info->sfid) : (uint8_t)(reader->offset >> 8);
    command.p2 = (uint8_t)reader->offset;
    return session_exchange(reader->session, &command, data);
}

/* READ BINARY with odd INS: DO54 with the offset, DO53 with the data (Table 6). */
static enum dr_status read_odd(const struct file_reader *reader, size_t want, struct bytes *data)
{
    uint8_t offset_object[6];
    struct apdu_command command = {.ins = APDU_INS_READ_BINARY_ODD, .le = (uint16_t)(want + ODD_OVERHEAD)};
    size_t octets = reader->offset > 0xFFFF ? 3 : 2;
    enum dr_status status;

    offset_object[0] = 0x54;
    offset_object[1] = (uint8_t)octets;
    put_be32(offset_object + 2, (uint32_t)(reader->offset << (32 - 8 * octets)));
    command.data = bytes_of(offset_object, 2 + octets);
    status = session_exchange(reader->session, &command, data);
    if (status == DR_OK && is_success(reader->session->sw) && data->len > 0) {
        status = tlv_find(*data, 0x53, data) == DR_OK ? DR_OK : DR_ERR_PROTOCOL;
    }
    return status;
}

/* One READ BINARY of at most `want` octets at the offset. */
static enum dr_status read_some(const struct file_reader *reader, size_t want, struct bytes *data)
{
    enum dr_status status;

    status = reader->offset >= ODD_INS_FROM ? read_odd(reader, want, data) : read_even(reader, want, data);
    if (status != DR_OK) {
        return status;
    }
    if (is_success(reader->session->sw) && data->len > want) {
        return DR_ERR_PROTOCOL;
    }
    return DR_OK;
}

static size_t clip_want(const struct file_reader *reader)
{
    size_t want = reader->total - reader->offset;
    size_t block = largest_block(reader->session);

    if (reader->offset >= ODD_INS_FROM) {
        block = block > ODD_OVERHEAD ? block - ODD_OVERHEAD : 1;
    } else if (want > ODD_INS_FROM - reader->offset) {
        want = ODD_INS_FROM - reader->offset;
    }
    return want < block ? want : block;
}

/*
 * Reads the next part, asking for less when the chip wants that. A bare error ends the session; what was too much for the
 * chip is then remembered for the next one.
 */
static enum dr_status read_part(struct file_reader *reader, struct bytes *data)
{
    struct session *session = reader->session;
    size_t want = clip_want(reader);
    unsigned repeats;
    uint16_t smaller;
    enum dr_status status;

    for (repeats = 0; repeats < MAX_REPEATS; repeats++) {
        status = read_some(reader, want, data);
        smaller = smaller_block(want);
        if (status == DR_ERR_SESSION_LOST && smaller != 0) {
            session->block_size = smaller;
        }
        if (status != DR_OK) {
            return status;
        }
        if (is_success(session->sw) && data->len > 0) {
            return DR_OK;
        }
        if (session->sw == SW_SECURITY_STATUS) {
            return judge_error(session->sw);
        }
        if ((session->sw & 0xFF00U) == SW_WRONG_LE && (session->sw & 0xFFU) != 0 && (session->sw & 0xFFU) < want) {
            want = session->sw & 0xFFU;
            continue;
        }
        if (smaller == 0) {
            /* Success without data, where the header promised some: it lied. */
            return is_success(session->sw) ? DR_ERR_MALFORMED : judge_error(session->sw);
        }
        session->block_size = smaller;
        want = smaller;
    }
    return DR_ERR_CARD_STATUS;
}

static enum dr_status select_file(const struct file_reader *reader)
{
    uint8_t fid[2];
    const struct apdu_command command = {
        .ins = APDU_INS_SELECT, .p1 = 0x02, .p2 = 0x0C, .data = {fid, sizeof fid}}; /* Table 3: no Le */
    struct bytes data;
    enum dr_status status;

    put_be16(fid, reader->info->fid);
    status = session_exchange(reader->session, &command, &data);
    if (status != DR_OK) {
        return status;
    }
    return reader->session->sw == SW_OK ? DR_OK : judge_error(reader->session->sw);
}

/* The first octets of the file, however it lets itself be addressed. */
static enum dr_status open_file(struct file_reader *reader, struct bytes *data)
{
    struct session *session = reader->session;
    bool tried_short_id = !session->select_first;
    enum dr_status status;

    if (tried_short_id) {
        reader->by_short_id = true;
        status = read_some(reader, HEADER_READ, data);
        reader->by_short_id = false;
        if (status == DR_ERR_SESSION_LOST) {
            session->select_first = true; /* for the next try */
        }
        if (status != DR_OK) {
            return status;
        }
        if (is_success(session->sw) && data->len > 0) {
            return DR_OK;
        }
        if (session->sw == SW_SECURITY_STATUS) {
            return DR_ERR_ACCESS_DENIED;
        }
    }
    status = select_file(reader);
    if (status != DR_OK) {
        return status;
    }
    status = read_some(reader, HEADER_READ, data);
    if (status != DR_OK) {
        return status;
    }
    if (!is_success(session->sw)) {
        return judge_error(session->sw);
    }
    session->select_first = session->select_first || tried_short_id;
    return data->len > 0 ? DR_OK : DR_ERR_MALFORMED;
}

/* Does the outer tag fit the file? Files of SecurityInfos are a SET, on some chips a SEQUENCE. */
static bool tag_fits(const struct lds_file_info *info, uint16_t tag)
{
    return info->tag != 0 ? tag == info->tag : tag == 0x30 || tag == 0x31;
}

/* Header into `head`; learns the file's whole length. */
static enum dr_status read_header(struct file_reader *reader, uint8_t head[HEADER_MAX], size_t limit)
{
    struct bytes data;
    uint16_t tag;
    enum dr_status status = open_file(reader, &data);

    if (status != DR_OK) {
        return status;
    }
    for (;;) {
        memcpy(head + reader->offset, data.data, data.len);
        reader->offset += data.len;
        status = tlv_file_length(bytes_of(head, reader->offset), &tag, &reader->total);
        if (status != DR_ERR_TRUNCATED) {
            break;
        }
        if (reader->offset == HEADER_MAX) {
            return DR_ERR_MALFORMED;
        }
        reader->total = HEADER_MAX;
        status = read_part(reader, &data);
        if (status != DR_OK) {
            return status;
        }
    }
    if (status == DR_OK && reader->total > limit) {
        status = DR_ERR_TOO_LARGE;
    }
    if (status == DR_ERR_TOO_LARGE) {
        return status;
    }
    return status == DR_OK && tag_fits(reader->info, tag) ? DR_OK : DR_ERR_MALFORMED;
}

static void report_progress(const struct file_reader *reader)
{
    if (reader->session->progress != NULL) {
        reader->session->progress(reader->session->progress_ctx, reader->file, (uint32_t)reader->offset,
                                  (uint32_t)reader->total);
    }
}

enum dr_status session_read_file(struct session *session, enum lds_file file, size_t limit, session_sink sink,
                                 void *ctx)
{
    struct file_reader reader = {
        .session = session, .file = file, .info = lds_file_info(file), .sink = sink, .ctx = ctx};
    uint8_t head[HEADER_MAX];
    struct bytes data;
    enum dr_status status;

    if (reader.info == NULL) {
        return DR_ERR_ARGUMENT;
    }
    status = read_header(&reader, head, limit);
    if (status != DR_OK) {
        return status;
    }
    /* An elementary file may be longer than what it holds. */
    if (reader.offset > reader.total) {
        reader.offset = reader.total;
    }
    data = bytes_of(head, reader.offset);
    for (;;) {
        report_progress(&reader);
        status = sink(ctx, data);
        if (status != DR_OK || reader.offset == reader.total) {
            return status;
        }
        status = read_part(&reader, &data);
        if (status != DR_OK) {
            return status;
        }
        reader.offset += data.len;
    }
}

/* Sink into a buffer. */
struct buffer_sink {
    uint8_t *out;
    size_t cap, len;
};

static enum dr_status append(void *ctx, struct bytes part)
{
    struct buffer_sink *buffer = ctx;

    if (part.len > buffer->cap - buffer->len) {
        return DR_ERR_NO_SPACE;
    }
    memcpy(buffer->out + buffer->len, part.data, part.len);
    buffer->len += part.len;
    return DR_OK;
}

enum dr_status session_read_file_into(struct session *session, enum lds_file file, uint8_t *out, size_t *len)
{
    struct buffer_sink buffer = {.out = out, .cap = *len};
    enum dr_status status = session_read_file(session, file, *len, append, &buffer);

    *len = buffer.len;
    return status;
}
