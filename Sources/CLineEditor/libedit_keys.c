/* Keys that libedit does not have, or has otherwise than GNU readline. */
#ifdef USE_LIBEDIT

#define _GNU_SOURCE
#include "libedit_keys.h"
#include "input_queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNDO_DEPTH = 200, NAME_LENGTH = 32, UNDO_KEY = 0x1F };

static struct {
    /* How many keys have come so far, and how many bytes of the last are still to come. */
    unsigned number;
    size_t rest;
    bool inserts;
    /* Whether the library is in the midst of Ctrl-R. */
    bool searches;
    /* The key with which an arrow went through the history. */
    unsigned history_key;
} last;

/* What the line was before keys that have changed it, the latest at the end. */
static struct {
    char *lines[UNDO_DEPTH];
    int count;
} past;

static char *copy_of_line(EditLine *el) {
    const LineInfo *line = el_line(el);
    return strndup(line->buffer, (size_t)(line->lastchar - line->buffer));
}

int keys_characters(const char *text, const char *end) {
    int count = 0;
    for (; text < end; text++)
        if (((unsigned char)*text & 0xC0) != 0x80) count++;
    return count;
}

/* Lines above this one, and what it was when Up left it for them. */
static bool has_above;
static char *line_below;

void keys_begin_line(bool is_below) {
    has_above = is_below;
    free(keys_line_below());
    while (past.count > 0) free(past.lines[--past.count]);
    last.rest = 0;
    last.searches = last.inserts = false;
    last.history_key = 0;
}

char *keys_line_below(void) {
    char *line = line_below;
    line_below = NULL;
    return line;
}

// MARK: - Undo

/* Before a key. What is typed in one go is taken back in one. */
static void note_line(EditLine *el, bool inserts) {
    bool goes_on = inserts && last.inserts;
    last.inserts = inserts;
    if (goes_on || last.searches) return;
    char *now = copy_of_line(el);
    if (!now || (past.count > 0 && strcmp(past.lines[past.count - 1], now) == 0)) {
        free(now);
        return;
    }
    if (past.count == UNDO_DEPTH) {
        free(past.lines[0]);
        memmove(past.lines, past.lines + 1, sizeof *past.lines * (UNDO_DEPTH - 1));
        past.count--;
    }
    past.lines[past.count++] = now;
}

static unsigned char undo(EditLine *el, int key) {
    (void)key;
    char *now = copy_of_line(el), *before = NULL;
    while (now && past.count > 0 && !before) {
        before = past.lines[--past.count];
        if (strcmp(before, now) != 0) break;
        free(before);
        before = NULL;
    }
    free(now);
    if (!before) return CC_ERROR;
    const LineInfo *line = el_line(el);
    int count = keys_characters(line->buffer, line->lastchar);
    el_cursor(el, keys_characters(line->cursor, line->lastchar));
    if (count > 0) el_deletestr(el, count);
    if (*before) el_insertstr(el, before);
    free(before);
    return CC_REFRESH;
}

// MARK: - Arrows

static const char *start_of_line(const LineInfo *line, const char *place) {
    while (place > line->buffer && place[-1] != '\n') place--;
    return place;
}

static const char *end_of_line(const LineInfo *line, const char *place) {
    while (place < line->lastchar && *place != '\n') place++;
    return place;
}

/* The line above or below in a block; from its first or last, and behind another such key, the history: by Ctrl-P and
 * Ctrl-N, which the library has. */
static unsigned char move_by_line(EditLine *el, bool is_up) {
    const LineInfo *line = el_line(el);
    const char *start = start_of_line(line, line->cursor), *end = end_of_line(line, line->cursor);
    bool goes_on = last.history_key > 0 && last.history_key + 1 == last.number;
    if (has_above && is_up && !goes_on && start == line->buffer && (line_below = copy_of_line(el))) {
        /* The cursor stays in the last row. */
        el_cursor(el, keys_characters(line->cursor, line->lastchar));
        el_set(el, EL_REFRESH);
        return CC_EOF;
    }
    if (goes_on || (is_up ? start == line->buffer : end == line->lastchar)) {
        last.history_key = last.number;
        el_push(el, is_up ? "\020" : "\016");
        return CC_NORM;
    }
    int column = keys_characters(start, line->cursor);
    const char *other = is_up ? start_of_line(line, start - 1) : end + 1;
    int width = keys_characters(other, end_of_line(line, other));
    int place = keys_characters(line->buffer, other) + (column < width ? column : width);
    el_cursor(el, place - keys_characters(line->buffer, line->cursor));
    return CC_REFRESH;
}

unsigned char keys_move_up(EditLine *el) { return move_by_line(el, true); }

static unsigned char move_up(EditLine *el, int key) {
    (void)key;
    return keys_move_up(el);
}

static unsigned char move_down(EditLine *el, int key) {
    (void)key;
    return move_by_line(el, false);
}

// MARK: - Keys

/* Keys as GNU readline has them. */
static const char *const keys[][2] = {
    {"^R", "em-inc-search-prev"},     {"^S", "em-inc-search-next"},
    {"^W", "ed-delete-prev-word"},    {"^U", "vi-kill-line-prev"},
    {"\\e[H", "ed-move-to-beg"},      {"\\e[F", "ed-move-to-end"},      {"\\e[1~", "ed-move-to-beg"},
    {"\\e[4~", "ed-move-to-end"},     {"\\e[7~", "ed-move-to-beg"},     {"\\e[8~", "ed-move-to-end"},
    {"\\eOH", "ed-move-to-beg"},      {"\\eOF", "ed-move-to-end"},      {"\\e[3~", "ed-delete-next-char"},
    {"\\e[1;5C", "em-next-word"},     {"\\e[1;5D", "ed-prev-word"},     {"\\e[1;3C", "em-next-word"},
    {"\\e[1;3D", "ed-prev-word"},     {"\\e[3;5~", "em-delete-next-word"},
    {"\\e[C", "ed-next-char"},        {"\\e[D", "ed-prev-char"},        {"\\eOC", "ed-next-char"},
    {"\\eOD", "ed-prev-char"},        {"\\e[A", "cnnbook-up"},          {"\\eOA", "cnnbook-up"},
    {"\\e[B", "cnnbook-down"},        {"\\eOB", "cnnbook-down"},        {"^_", "cnnbook-undo"},
};

void keys_bind(EditLine *el) {
    el_set(el, EL_ADDFN, "cnnbook-up", "the line above, or an earlier entry", move_up);
    el_set(el, EL_ADDFN, "cnnbook-down", "the line below, or a later entry", move_down);
    el_set(el, EL_ADDFN, "cnnbook-undo", "takes back what was typed", undo);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) el_set(el, EL_BIND, keys[i][0], keys[i][1], NULL);
}

/* A key with a name is bound in our table or not at all; Alt and a letter is the library's. */
static bool is_bound(const char *name) {
    if (name[0] != '[' && name[0] != 'O') return true;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strncmp(keys[i][0], "\\e", 2) == 0 && strcmp(keys[i][0] + 2, name) == 0) return true;
    return false;
}

key_fate keys_look(EditLine *el) {
    if (last.rest > 0) return KEY_GOES_ON;
    char name[NAME_LENGTH];
    size_t length = input_named_key(name, sizeof name);
    if (length > 0 && !is_bound(name)) {
        input_drop(length);
        return KEY_IS_DROPPED;
    }
    if (length > 0 && last.searches) {
        last.searches = false;
        return KEY_ENDS_SEARCH;
    }
    int byte = length > 0 ? 0 : input_first();
    if (byte != UNDO_KEY) note_line(el, byte >= ' ' && byte != 0x7F);
    last.number++;
    last.rest = length;
    return KEY_GOES_ON;
}

void keys_note(wint_t character) {
    if (last.rest > 0) {
        last.rest--;
        return;
    }
    bool begins = character == 0x12 || character == 0x13;
    /* What edits the words that are searched for: Backspace, Ctrl-W. */
    bool edits = character >= ' ' || character == 0x08 || character == 0x17;
    last.searches = begins || (last.searches && edits);
}

#endif
