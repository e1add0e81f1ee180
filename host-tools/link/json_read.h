/* Reads the JSON of a device (RFC 8259): it comes over an untrusted link, so every byte is checked. */
#ifndef DOCREV_LINK_JSON_READ_H
#define DOCREV_LINK_JSON_READ_H

#include "codec/bytes.h"
#include "port/status.h"

#define JSON_MAX_DEPTH 16U
#define JSON_MAX_PATH 128U

enum json_type { JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL, JSON_EMPTY /* {} or [] */ };

/* One value that is no container, in order; `path` is like time.now or lists[0].id. Strings come raw, without their quotes.
 * False stops the walk (DR_ERR_STATE). */
typedef bool (*json_visit)(void *ctx, const char *path, enum json_type type, struct bytes raw);

/* Walks one JSON text. DR_ERR_MALFORMED, DR_ERR_TOO_LARGE (depth or path). */
enum dr_status json_walk(struct bytes text, json_visit visit, void *ctx);

/* The value at a path. DR_ERR_NOT_FOUND; DR_ERR_MALFORMED when it, or the whole text, is none. */
enum dr_status json_find(struct bytes text, const char *path, enum json_type *type, struct bytes *raw);
enum dr_status json_find_uint(struct bytes text, const char *path, uint64_t *value);
/* As text that is safe on a terminal: escapes resolved, control characters replaced by '?', cut to `capacity` - 1. */
enum dr_status json_find_text(struct bytes text, const char *path, char *out, size_t capacity);
void json_printable(struct bytes raw, char *out, size_t capacity);

#endif
