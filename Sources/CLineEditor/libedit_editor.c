/* Lines edited by libedit, through its own interface: the one that imitates readline cannot change a line and show it
 * from within a key. */
#ifdef USE_LIBEDIT

#define _GNU_SOURCE
#include "input_queue.h"
#include "interrupts.h"
#include "libedit_keys.h"
#include "line_editor.h"
#include "terminal_modes.h"

#include <histedit.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static EditLine *editor;
static History *history_entries;

/* Of the line that is read. */
static struct {
    char *prompt;
    /* Whether the terminal marks pastes: from the moment on that the prompt stands. */
    bool is_marked;
    bool was_interrupted;
    /* What it begins with, until that is inserted. */
    const char *initial;
} reading;

/* What is shown below the line, once the cursor is at its end, and how many characters it then goes back. */
static struct {
    char *text;
    int way_back;
} listing;

/* Comes behind Tab where there is something to show. */
enum { LISTING_KEY = 0x1D };

/* Comes before all others where the line begins with a text. */
enum { INITIAL_KEY = 0x1C };

const char *cline_library(void) {
    static char name[64];
    snprintf(name, sizeof name, "libedit %d.%d", LIBEDIT_MAJOR, LIBEDIT_MINOR);
    return name;
}

// MARK: - Tab and paste

void cline_insert(int erased, const char *text) {
    const LineInfo *line = el_line(editor);
    size_t before = (size_t)(line->cursor - line->buffer);
    size_t bytes = erased < 0 ? 0 : (size_t)erased > before ? before : (size_t)erased;
    int count = keys_characters(line->cursor - bytes, line->cursor);
    if (count > 0) el_deletestr(editor, count);
    if (*text) el_insertstr(editor, text);
}

void cline_show(const char *text) {
    free(listing.text);
    listing.text = strdup(text);
    const LineInfo *line = el_line(editor);
    listing.way_back = keys_characters(line->cursor, line->lastchar);
    el_cursor(editor, listing.way_back);
}

/* It has no such setting. */
bool cline_ignores_case(void) { return false; }

static unsigned char press_tab(EditLine *el, int key) {
    (void)key;
    const LineInfo *line = el_line(el);
    char *before = strndup(line->buffer, (size_t)(line->cursor - line->buffer));
    if (before) cline_press_tab(before);
    free(before);
    return CC_REFRESH;
}

/* The cursor is behind the line now, on its last row. */
static unsigned char show_listing(EditLine *el, int key) {
    (void)key;
    if (!listing.text) return CC_ERROR;
    fprintf(stdout, "\r\n%s", listing.text);
    free(listing.text);
    listing.text = NULL;
    if (listing.way_back > 0) el_cursor(el, -listing.way_back);
    el_set(el, EL_REFRESH);
    return CC_NORM;
}

static unsigned char insert_paste(EditLine *el, int key) {
    (void)key;
    char *text = cline_take_paste();
    if (text && *text) el_insertstr(el, text);
    free(text);
    return CC_REFRESH;
}

/* A block that is taken up again. */
static unsigned char insert_initial(EditLine *el, int key) {
    (void)key;
    if (!reading.initial) return CC_ERROR;
    el_insertstr(el, reading.initial);
    reading.initial = NULL;
    return keys_move_up(el);
}

/* Alt-Enter. */
static unsigned char insert_line_end(EditLine *el, int key) {
    (void)key;
    el_insertstr(el, "\n");
    return CC_REFRESH;
}

/* Ctrl-D. The library's own key would write ^D. */
static unsigned char delete_or_leave(EditLine *el, int key) {
    (void)key;
    const LineInfo *line = el_line(el);
    if (line->buffer == line->lastchar) return CC_EOF;
    if (line->cursor == line->lastchar) return CC_ERROR;
    el_cursor(el, 1);
    el_deletestr(el, 1);
    return CC_REFRESH;
}

// MARK: - The screen

static int columns_of(wchar_t character) {
    int width = wcwidth(character);
    return width < 0 ? 2 : width;
}

/* How many rows the cursor is below the prompt, at the terminal's width as it is now. */
static int rows_above_cursor(void) {
    struct winsize size;
    int columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    int row = 0, column = 0;
    bool is_color = false;
    for (const char *byte = reading.prompt; byte && *byte; byte++) {
        if (*byte == '\001') is_color = !is_color;
        else if (!is_color && ((unsigned char)*byte & 0xC0) != 0x80) column++;
    }
    const LineInfoW *line = el_wline(editor);
    for (const wchar_t *character = line->buffer; character < line->cursor; character++) {
        int width = *character == L'\n' ? 0 : columns_of(*character);
        if (*character == L'\n' || column + width > columns) {
            row++;
            column = 0;
        }
        column += width;
    }
    return row + column / columns;
}

static void resize(void) {
    int rows = rows_above_cursor();
    if (rows > 0) fprintf(stdout, "\033[%dA", rows);
    fputs("\r\033[J", stdout);
    el_resize(editor);
    el_set(editor, EL_REFRESH);
}

static void pause_editing(void) {
    cline_mark_pastes(false);
    el_set(editor, EL_PREP_TERM, 0);
    cline_stop_session();
    el_set(editor, EL_PREP_TERM, 1);
    cline_mark_pastes(true);
    el_set(editor, EL_REFRESH);
}

// MARK: - Lines

static char *prompt_text(EditLine *el) {
    (void)el;
    return reading.prompt;
}

/* The library wants one mark on both sides of what takes no room. */
static char *with_marks(const char *prompt) {
    char *text = strdup(prompt);
    for (char *mark = text; mark && (mark = strchr(mark, '\002'));) *mark = '\001';
    return text;
}

/* A whole character: the bytes of one in UTF-8, put together. EOF at the end. */
static wint_t next_character(void) {
    int byte = input_next(NULL);
    if (byte < 0xC2 || byte > 0xF4) return byte == EOF ? WEOF : (wint_t)byte;
    int rest = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    wint_t character = (wint_t)(byte & (0x3F >> rest));
    for (; rest > 0; rest--) {
        int next = input_next(NULL);
        if (next == EOF) return WEOF;
        character = character << 6 | (wint_t)(next & 0x3F);
    }
    return character;
}

/* For the library: 1 with a character, 0 at the end. After Ctrl-C every character is Enter, until the line is out of the
 * library's hands, whatever it is in the midst of; the line is then dropped. */
static int get_character(EditLine *el, wchar_t *character) {
    (void)el;
    if (!reading.is_marked) {
        cline_mark_pastes(true);
        modes_tell();
    }
    reading.is_marked = true;
    if (reading.initial) {
        *character = INITIAL_KEY;
        return 1;
    }
    if (listing.text) {
        *character = LISTING_KEY;
        return 1;
    }
    while (!reading.was_interrupted) {
        cline_signal signal = input_wait();
        if (signal == SIGNAL_INTERRUPT) reading.was_interrupted = true;
        if (signal == SIGNAL_RESIZE) resize();
        if (signal == SIGNAL_SUSPEND || signal == SIGNAL_END) pause_editing();
        if (signal != SIGNAL_NONE) continue;
        if (!input_is_ready()) {
            if (!input_fill()) return 0;
            continue;
        }
        key_fate fate = keys_look(editor);
        if (fate == KEY_GOES_ON) break;
        if (fate == KEY_IS_DROPPED) continue;
        *character = 0x1B;
        return 1;
    }
    wint_t next = reading.was_interrupted ? L'\n' : next_character();
    if (input_was_interrupted()) reading.was_interrupted = true;
    if (next == WEOF) return 0;
    keys_note(next);
    *character = reading.was_interrupted ? L'\n' : (wchar_t)next;
    return 1;
}

static void bind_key(const char *key, const char *name, unsigned char (*function)(EditLine *, int)) {
    el_set(editor, EL_ADDFN, name, name, function);
    el_set(editor, EL_BIND, key, name, NULL);
}

void cline_start(int history_limit) {
    cline_begin_session();
    editor = el_init("cnnbook", stdin, stdout, stderr);
    history_entries = history_init();
    if (!editor || !history_entries) return;
    HistEvent event;
    history(history_entries, &event, H_SETSIZE, history_limit);
    el_set(editor, EL_SIGNAL, 0);
    el_set(editor, EL_EDITOR, "emacs");
    /* The terminal leaves the keys of signals to us: within a paste they are none, and a line may end with two of them. */
    el_set(editor, EL_SETTY, "-d", "-isig", "-ixon", "-icrnl", "-inlcr", NULL);
    /* Between two lines it would let the terminal collect lines again. */
    el_set(editor, EL_SETTY, "-x", "-icanon", "-iexten", NULL);
    el_set(editor, EL_PROMPT_ESC, prompt_text, '\001');
    el_set(editor, EL_HIST, history, history_entries);
    el_set(editor, EL_GETCFN, get_character);
    keys_bind(editor);
    bind_key("^I", "cnnbook-complete", press_tab);
    bind_key("^D", "cnnbook-delete", delete_or_leave);
    bind_key("\\e^M", "cnnbook-line-end", insert_line_end);
    bind_key("\\e^J", "cnnbook-line-end", insert_line_end);
    /* PASTE_KEY, LISTING_KEY, INITIAL_KEY. */
    bind_key("\\036", "cnnbook-paste", insert_paste);
    bind_key("\\035", "cnnbook-list", show_listing);
    bind_key("\\034", "cnnbook-begin", insert_initial);
}

cline_status cline_read(const char *prompt, const char *initial, bool has_above, char **line) {
    cline_begin_line();
    *line = NULL;
    if (!editor) return CLINE_END;
    free(reading.prompt);
    reading.prompt = with_marks(prompt);
    if (!reading.prompt) return CLINE_END;
    reading.is_marked = reading.was_interrupted = false;
    reading.initial = initial;
    keys_begin_line(has_above);
    input_learn_keys();
    cline_begin_reading(true);
    int count = 0;
    const char *text = el_gets(editor, &count);
    cline_mark_pastes(false);
    cline_end_reading();
    reading.initial = NULL;
    if (reading.was_interrupted) return CLINE_INTERRUPTED;
    if ((*line = keys_line_below())) return CLINE_ABOVE;
    if (!text || count <= 0) return CLINE_END;
    size_t length = (size_t)count;
    if (text[length - 1] == '\n') length--;
    *line = strndup(text, length);
    return *line ? CLINE_LINE : CLINE_END;
}

void cline_history_add(const char *entry) {
    HistEvent event;
    if (history_entries) history(history_entries, &event, H_ENTER, entry);
}

#endif
