/* libyaml's events, gathered into a tree; events and not its document loader because that
 * resolves aliases and lets duplicate keys pass. */
#include "yaml_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "relif/memory.h"

enum { MAX_DEPTH = 16, MAX_KEYS = 256 };

typedef struct builder {
    yaml_parser_t parser;
    const char *source;
    bool with_places;
} builder;

static relif_err build(builder *b, const yaml_event_t *event, int depth,
                       relif_yaml_node *node);

relif_err relif_yaml_fail(const relif_yaml_node *node, const char *format, ...)
{
    char what[RELIF_SENTENCE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (node->line == 0)
        return relif_fail(RELIF_ERR_CONFIG, "%.300s: %s", node->source, what);
    return relif_fail(RELIF_ERR_CONFIG, "%.300s:%d:%d: %s", node->source, node->line,
                      node->column, what);
}

static relif_yaml_node node_at(const builder *b, yaml_mark_t mark)
{
    relif_yaml_node node = {.source = b->source};
    if (b->with_places) {
        node.line = (int)mark.line + 1;
        node.column = (int)mark.column + 1;
    }
    return node;
}

/* The next event; the caller deletes it. */
static relif_err next(builder *b, yaml_event_t *event)
{
    if (yaml_parser_parse(&b->parser, event)) return RELIF_OK;
    const yaml_parser_t *p = &b->parser;
    const char *problem = p->problem ? p->problem : "not readable";
    if (p->error == YAML_READER_ERROR)
        return relif_fail(RELIF_ERR_CONFIG,
                          "%.300s: byte %zu: %s; expected YAML in UTF-8", b->source,
                          p->problem_offset + 1, problem);
    const relif_yaml_node place = node_at(b, p->problem_mark);
    return relif_yaml_fail(&place, "%s; expected YAML", problem);
}

/* Make room for one more item (and key), zeroed, so that a half-built tree can go. */
static void grow(relif_yaml_node *node)
{
    const size_t n = (size_t)node->n_items;
    if ((n & (n - 1)) == 0) {
        const size_t room = n ? 2 * n : 1;
        node->items = relif_realloc(node->items, room, sizeof *node->items);
        node->keys = relif_realloc(node->keys, room, sizeof *node->keys);
    }
    memset(&node->items[n], 0, sizeof *node->items);
    memset(&node->keys[n], 0, sizeof *node->keys);
    node->n_items++;
}

static relif_err check_key(const relif_yaml_node *mapping)
{
    const int last = mapping->n_items - 1;
    const relif_yaml_node *key = &mapping->keys[last];
    if (key->kind != RELIF_YAML_SCALAR)
        return relif_yaml_fail(key, "found a list or mapping; expected a key");
    if (last >= MAX_KEYS)
        return relif_yaml_fail(key, "more than %d keys in one mapping", MAX_KEYS);
    for (int i = 0; i < last; i++)
        if (strcmp(mapping->keys[i].text, key->text) == 0)
            return relif_yaml_fail(key, "'%.60s' is given twice; expected it once",
                                   key->text);
    return RELIF_OK;
}

/* The key that an event begins, and the value that follows it. */
static relif_err build_pair(builder *b, const yaml_event_t *event, int depth,
                            relif_yaml_node *node)
{
    const int last = node->n_items - 1;
    relif_err err = build(b, event, depth, &node->keys[last]);
    if (err == RELIF_OK) err = check_key(node);
    yaml_event_t value;
    if (err == RELIF_OK) err = next(b, &value);
    if (err != RELIF_OK) return err;
    err = build(b, &value, depth, &node->items[last]);
    yaml_event_delete(&value);
    return err;
}

static relif_err build_items(builder *b, yaml_event_type_t end, int depth,
                             relif_yaml_node *node)
{
    if (depth > MAX_DEPTH)
        return relif_yaml_fail(node, "nested deeper than %d levels", MAX_DEPTH);
    for (;;) {
        yaml_event_t event;
        relif_err err = next(b, &event);
        if (err != RELIF_OK) return err;
        const bool finished = event.type == end;
        if (!finished) {
            grow(node);
            err = node->kind == RELIF_YAML_MAPPING
                      ? build_pair(b, &event, depth, node)
                      : build(b, &event, depth, &node->items[node->n_items - 1]);
        }
        yaml_event_delete(&event);
        if (finished || err != RELIF_OK) return err;
    }
}

/* Controls and the separators that YAML takes for line breaks: U+0000-1F, 7F-9F, 2028,
 * 2029 and the byte order mark FEFF, as UTF-8 (which libyaml has checked). */
static bool has_controls(const unsigned char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char *c = text + i;
        if (c[0] < 0x20 || c[0] == 0x7f) return true;
        if (c[0] == 0xc2 && c[1] < 0xa0) return true;
        if (c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0xa8 || c[2] == 0xa9)) return true;
        if (c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf) return true;
    }
    return false;
}

static relif_err build_scalar(const yaml_event_t *event, relif_yaml_node *node)
{
    const char *text = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;
    node->kind = RELIF_YAML_SCALAR;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (has_controls(event->data.scalar.value, length)) {
        node->text = relif_strdup("");
        return relif_yaml_fail(node, "a value holds a line break or control character; "
                                     "expected one line of text");
    }
    node->text = relif_strdup(text);
    return RELIF_OK;
}

static bool has_anchor_or_tag(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT: return true;
    case YAML_SCALAR_EVENT: return event->data.scalar.anchor || event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor || event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor || event->data.mapping_start.tag;
    default: return false;
    }
}

static relif_err build(builder *b, const yaml_event_t *event, int depth,
                       relif_yaml_node *node)
{
    *node = node_at(b, event->start_mark);
    if (has_anchor_or_tag(event))
        return relif_yaml_fail(node, "anchors (&), aliases (*) and tags (!) are not "
                                     "supported; expected the value itself");
    if (event->type == YAML_SCALAR_EVENT) return build_scalar(event, node);
    const bool list = event->type == YAML_SEQUENCE_START_EVENT;
    node->kind = list ? RELIF_YAML_LIST : RELIF_YAML_MAPPING;
    return build_items(b, list ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT,
                       depth + 1, node);
}

/* Events of the stream up to and with its end; the document's own are the builder's. */
static relif_err build_stream(builder *b, relif_yaml_node **root)
{
    for (;;) {
        yaml_event_t event;
        relif_err err = next(b, &event);
        if (err != RELIF_OK) return err;
        const yaml_event_type_t type = event.type;
        if (type == YAML_DOCUMENT_START_EVENT && *root) {
            const relif_yaml_node place = node_at(b, event.start_mark);
            err = relif_yaml_fail(&place, "a second document; expected one");
        } else if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT &&
                   type != YAML_DOCUMENT_END_EVENT && type != YAML_STREAM_END_EVENT) {
            *root = relif_calloc(1, sizeof **root);
            err = build(b, &event, 0, *root);
        }
        yaml_event_delete(&event);
        if (err != RELIF_OK || type == YAML_STREAM_END_EVENT) return err;
    }
}

relif_err relif_yaml_parse(const char *text, const char *source, bool with_places,
                           relif_yaml_node **root)
{
    *root = NULL;
    builder b = {.source = source, .with_places = with_places};
    if (!yaml_parser_initialize(&b.parser))
        return relif_fail(RELIF_ERR_LIBRARY, "%.300s: libyaml did not start", source);
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, strlen(text));
    const relif_err err = build_stream(&b, root);
    yaml_parser_delete(&b.parser);
    if (err != RELIF_OK) {
        relif_yaml_destroy(*root);
        *root = NULL;
    }
    return err;
}

static void release(relif_yaml_node *node)
{
    for (int i = 0; i < node->n_items; i++) {
        release(&node->items[i]);
        release(&node->keys[i]);
    }
    free(node->items);
    free(node->keys);
    free(node->text);
}

void relif_yaml_destroy(relif_yaml_node *root)
{
    if (!root) return;
    release(root);
    free(root);
}

bool relif_yaml_is_null(const relif_yaml_node *node)
{
    return node->kind == RELIF_YAML_SCALAR && node->plain &&
           (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
            strcmp(node->text, "null") == 0);
}
