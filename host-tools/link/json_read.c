#include "link/json_read.h"

struct level {
    bool array;
    uint32_t index;  /* of the element being read */
    size_t path_len; /* of the container */
};

struct walker {
    struct bytes rest;
    json_visit visit;
    void *ctx;
    struct level levels[JSON_MAX_DEPTH];
    size_t depth;
    char path[JSON_MAX_PATH];
    size_t path_len;
};

static void skip_blanks(struct walker *walker)
{
    while (walker->rest.len > 0 && (walker->rest.data[0] == ' ' || walker->rest.data[0] == '\t' ||
                                    walker->rest.data[0] == '\n' || walker->rest.data[0] == '\r')) {
        walker->rest = bytes_of(walker->rest.data + 1, walker->rest.len - 1);
    }
}

static bool take(struct walker *walker, char c)
{
    skip_blanks(walker);
    if (walker->rest.len == 0 || walker->rest.data[0] != (uint8_t)c) {
        return false;
    }
    walker->rest = bytes_of(walker->rest.data + 1, walker->rest.len - 1);
    return true;
}

static bool take_word(struct walker *walker, const char *word, struct bytes *raw)
{
    size_t len = strlen(word);

    if (walker->rest.len < len || memcmp(walker->rest.data, word, len) != 0) {
        return false;
    }
    *raw = bytes_of(walker->rest.data, len);
    walker->rest = bytes_of(walker->rest.data + len, walker->rest.len - len);
    return true;
}

/* A string after its opening quote. */
static enum dr_status take_string(struct walker *walker, struct bytes *raw)
{
    size_t len = 0;

    while (len < walker->rest.len && walker->rest.data[len] != '"') {
        if (walker->rest.data[len] < 0x20) {
            return DR_ERR_MALFORMED;
        }
        len += walker->rest.data[len] == '\\' ? 2 : 1;
    }
    if (len >= walker->rest.len) {
        return DR_ERR_MALFORMED;
    }
    *raw = bytes_of(walker->rest.data, len);
    walker->rest = bytes_of(walker->rest.data + len + 1, walker->rest.len - len - 1);
    return DR_OK;
}

static enum dr_status take_number(struct walker *walker, struct bytes *raw)
{
    size_t len = 0;

    while (len < walker->rest.len && walker->rest.data[len] != '\0' &&
           strchr("0123456789+-.eE", walker->rest.data[len]) != NULL) {
        len++;
    }
    if (len == 0) {
        return DR_ERR_MALFORMED;
    }
    *raw = bytes_of(walker->rest.data, len);
    walker->rest = bytes_of(walker->rest.data + len, walker->rest.len - len);
    return DR_OK;
}

/* Appends ".name" or "[index]" to the path of the container. */
static enum dr_status name_member(struct walker *walker)
{
    struct level *level = &walker->levels[walker->depth - 1];
    char digits[12];
    size_t at = sizeof digits, len = level->path_len;
    uint32_t index = level->index++;
    struct bytes name;

    if (level->array) {
        digits[--at] = ']';
        do {
            digits[--at] = (char)('0' + index % 10);
            index /= 10;
        } while (index > 0 && at > 1);
        digits[--at] = '[';
        name = bytes_of(digits + at, sizeof digits - at);
    } else {
        if (!take(walker, '"') || take_string(walker, &name) != DR_OK || !take(walker, ':')) {
            return DR_ERR_MALFORMED;
        }
        if (len > 0 && len < sizeof walker->path - 1) {
            walker->path[len++] = '.';
        }
    }
    if (name.len >= sizeof walker->path - len) {
        return DR_ERR_TOO_LARGE;
    }
    memcpy(walker->path + len, name.data, name.len);
    walker->path_len = len + name.len;
    walker->path[walker->path_len] = '\0';
    return DR_OK;
}

static enum dr_status visit(struct walker *walker, enum json_type type, struct bytes raw)
{
    return walker->visit(walker->ctx, walker->path, type, raw) ? DR_OK : DR_ERR_STATE;
}

/* A value; an opening bracket opens a level. *opened tells. */
static enum dr_status read_value(struct walker *walker, bool *opened)
{
    struct bytes raw;
    bool array;
    enum dr_status status;

    *opened = false;
    skip_blanks(walker);
    if (take(walker, '"')) {
        status = take_string(walker, &raw);
        return status == DR_OK ? visit(walker, JSON_STRING, raw) : status;
    }
    if (take_word(walker, "true", &raw)) {
        return visit(walker, JSON_TRUE, raw);
    }
    if (take_word(walker, "false", &raw)) {
        return visit(walker, JSON_FALSE, raw);
    }
    if (take_word(walker, "null", &raw)) {
        return visit(walker, JSON_NULL, raw);
    }
    array = take(walker, '[');
    if (!array && !take(walker, '{')) {
        status = take_number(walker, &raw);
        return status == DR_OK ? visit(walker, JSON_NUMBER, raw) : status;
    }
    if (take(walker, array ? ']' : '}')) {
        return visit(walker, JSON_EMPTY, bytes_of(NULL, 0));
    }
    if (walker->depth == JSON_MAX_DEPTH) {
        return DR_ERR_TOO_LARGE;
    }
    walker->levels[walker->depth++] = (struct level){.array = array, .path_len = walker->path_len};
    *opened = true;
    return name_member(walker);
}

/* After a value: closes the levels that end here and moves on to the next member. */
static enum dr_status next_member(struct walker *walker)
{
    while (walker->depth > 0) {
        struct level *level = &walker->levels[walker->depth - 1];
        if (take(walker, ',')) {
            return name_member(walker);
        }
        if (!take(walker, level->array ? ']' : '}')) {
            return DR_ERR_MALFORMED;
        }
        walker->depth--;
    }
    return DR_OK;
}

enum dr_status json_walk(struct bytes text, json_visit visitor, void *ctx)
{
    struct walker walker = {.rest = text, .visit = visitor, .ctx = ctx};
    enum dr_status status;

    do {
        bool opened;
        status = read_value(&walker, &opened);
        if (status == DR_OK && !opened) {
            status = next_member(&walker);
        }
    } while (status == DR_OK && walker.depth > 0);
    if (status == DR_OK) {
        skip_blanks(&walker);
        status = walker.rest.len == 0 ? DR_OK : DR_ERR_MALFORMED;
    }
    return status;
}

struct search {
    const char *path;
    bool found;
    enum json_type type;
    struct bytes raw;
};

static bool compare_path(void *ctx, const char *path, enum json_type type, struct bytes raw)
{
    struct search *search = ctx;

    if (!search->found && strcmp(path, search->path) == 0) {
        search->found = true;
        search->type = type;
        search->raw = raw;
    }
    return true;
}

enum dr_status json_find(struct bytes text, const char *path, enum json_type *type, struct bytes *raw)
{
    struct search search = {.path = path};
    enum dr_status status = json_walk(text, compare_path, &search);

    if (status != DR_OK) {
        return status;
    }
    *type = search.type;
    *raw = search.raw;
    return search.found ? DR_OK : DR_ERR_NOT_FOUND;
}

enum dr_status json_find_uint(struct bytes text, const char *path, uint64_t *value)
{
    enum json_type type;
    struct bytes raw;
    enum dr_status status = json_find(text, path, &type, &raw);

    if (status != DR_OK) {
        return status;
    }
    if (type != JSON_NUMBER || raw.len > 19) {
        return DR_ERR_MALFORMED;
    }
    *value = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] < '0' || raw.data[i] > '9') {
            return DR_ERR_MALFORMED;
        }
        *value = *value * 10 + (uint64_t)(raw.data[i] - '0');
    }
    return DR_OK;
}

enum dr_status json_find_text(struct bytes text, const char *path, char *out, size_t capacity)
{
    enum json_type type;
    struct bytes raw;
    enum dr_status status = json_find(text, path, &type, &raw);

    out[0] = '\0';
    if (status != DR_OK) {
        return status;
    }
    if (type != JSON_STRING) {
        return DR_ERR_MALFORMED;
    }
    json_printable(raw, out, capacity);
    return DR_OK;
}

/* Escaped characters beyond ASCII are shown as '?': docrev's devices send UTF-8 as it is. */
void json_printable(struct bytes raw, char *out, size_t capacity)
{
    size_t len = 0;

    for (size_t i = 0; i < raw.len && len + 1 < capacity; i++) {
        uint8_t c = raw.data[i];
        if (c == '\\' && i + 1 < raw.len) {
            c = raw.data[++i];
            if (c != '"' && c != '\\' && c != '/') {
                i += c == 'u' ? 4 : 0;
                c = '?';
            }
        }
        /* 0x80 to 0x9F are controls only as code points: in UTF-8 they follow a C2. */
        if (c < 0x20 || c == 0x7F || (c >= 0x80 && c <= 0x9F && len > 0 && (uint8_t)out[len - 1] == 0xC2)) {
            c = '?';
        }
        out[len++] = (char)c;
    }
    out[len] = '\0';
}
