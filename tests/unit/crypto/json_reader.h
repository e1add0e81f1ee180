/* A small JSON reader for test vectors: one flat array of nodes, children in order. For trusted files only. */
#ifndef DOCREV_TESTS_JSON_READER_H
#define DOCREV_TESTS_JSON_READER_H

#include "codec/hex.h"

#include <stdio.h>
#include <stdlib.h>

enum json_type { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_OTHER };

/* key and text point into the document; text is a string's content without quotes, escapes left as they are. */
struct json_node {
    enum json_type type;
    struct bytes key, text;
    size_t end; /* index after the last descendant */
};

struct json {
    char *document;
    struct json_node *nodes;
    size_t count;
};

static const char *json_skip_space(const char *p)
{
    while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t' || *p == ',' || *p == ':') {
        p++;
    }
    return p;
}

static const char *json_take_string(const char *p, struct bytes *text)
{
    const char *from = ++p;

    for (; *p != '"' && *p != '\0'; p++) {
        if (*p == '\\') {
            p++;
        }
    }
    *text = bytes_of(from, (size_t)(p - from));
    return p + 1;
}

#define JSON_MAX_DEPTH 16

/* Reads folder/name; false when there is no such file. Aborts on what is no JSON. */
static inline bool json_read(const char *folder, const char *name, struct json *json)
{
    size_t open[JSON_MAX_DEPTH];
    size_t depth = 0;
    char path[512];
    long size;
    const char *p;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    json->document = malloc((size_t)size + 1);
    json->nodes = malloc(((size_t)size + 1) * sizeof *json->nodes);
    json->count = 0;
    if (json->document == NULL || json->nodes == NULL || fread(json->document, 1, (size_t)size, file) != (size_t)size) {
        abort();
    }
    json->document[size] = '\0';
    fclose(file);

    for (p = json_skip_space(json->document); *p != '\0'; p = json_skip_space(p)) {
        struct json_node *node = &json->nodes[json->count];

        if (*p == '}' || *p == ']') {
            if (depth == 0) {
                abort();
            }
            json->nodes[open[--depth]].end = json->count;
            p++;
            continue;
        }
        memset(node, 0, sizeof *node);
        if (depth > 0 && json->nodes[open[depth - 1]].type == JSON_OBJECT) {
            p = json_skip_space(json_take_string(p, &node->key));
        }
        node->end = ++json->count;
        if (*p == '{' || *p == '[') {
            node->type = *p == '{' ? JSON_OBJECT : JSON_ARRAY;
            if (depth == JSON_MAX_DEPTH) {
                abort();
            }
            open[depth++] = json->count - 1;
            p++;
        } else if (*p == '"') {
            node->type = JSON_STRING;
            p = json_take_string(p, &node->text);
        } else {
            const char *from = p;

            node->type = JSON_OTHER;
            p += strcspn(p, ",]} \n\r\t");
            node->text = bytes_of(from, (size_t)(p - from));
        }
    }
    if (depth != 0) {
        abort();
    }
    return true;
}

static inline void json_free(struct json *json)
{
    free(json->nodes);
    free(json->document);
}

/* Child of an object by key, or SIZE_MAX. */
static inline size_t json_get(const struct json *json, size_t object, const char *key)
{
    size_t at;

    for (at = object + 1; at < json->nodes[object].end; at = json->nodes[at].end) {
        if (bytes_equal(json->nodes[at].key, bytes_of(key, strlen(key)))) {
            return at;
        }
    }
    return SIZE_MAX;
}

static inline bool json_is(const struct json *json, size_t node, const char *text)
{
    return node != SIZE_MAX && bytes_equal(json->nodes[node].text, bytes_of(text, strlen(text)));
}

static inline long json_number(const struct json *json, size_t node)
{
    return strtol((const char *)json->nodes[node].text.data, NULL, 10);
}

/* A string of hexadecimal digits as bytes in `out`. Aborts when it is none or does not fit. */
static inline struct bytes json_hex(const struct json *json, size_t node, uint8_t *out, size_t cap)
{
    size_t len = cap;

    if (node == SIZE_MAX || hex_decode(json->nodes[node].text, out, &len) != DR_OK) {
        abort();
    }
    return bytes_of(out, len);
}

#define json_each(json, parent, at)                                                                                    \
    for ((at) = (parent) + 1; (at) < (json)->nodes[parent].end; (at) = (json)->nodes[at].end)

#endif
