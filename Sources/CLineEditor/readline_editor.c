/* Lines edited by GNU readline. */
#ifndef USE_LIBEDIT

#define _GNU_SOURCE
#include "input_queue.h"
#include "interrupts.h"
#include "line_editor.h"
#include "terminal_modes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

const char *cline_library(void) {
    static char name[64];
    snprintf(name, sizeof name, "GNU readline %s", rl_library_version);
    return name;
}

// MARK: - Tab and paste

void cline_insert(int erased, const char *text) {
    if (erased > rl_point) erased = rl_point;
    rl_delete_text(rl_point - erased, rl_point);
    rl_point -= erased;
    rl_insert_text(text);
}

void cline_show(const char *text) {
    /* From the end of the line, which may take several rows. */
    int point = rl_point;
    rl_point = rl_end;
    rl_redisplay();
    rl_crlf();
    fputs(text, rl_outstream);
    fflush(rl_outstream);
    rl_point = point;
    rl_on_new_line();
    rl_redisplay();
}

bool cline_ignores_case(void) {
    const char *value = rl_variable_value("completion-ignore-case");
    return value && strcmp(value, "on") == 0;
}

static int press_tab(int count, int key) {
    (void)count, (void)key;
    char *before = rl_copy_text(0, rl_point);
    if (before) cline_press_tab(before);
    free(before);
    return 0;
}

static int insert_paste(int count, int key) {
    (void)count, (void)key;
    char *text = cline_take_paste();
    if (text) rl_insert_text(text);
    free(text);
    return 0;
}

static int input_waits(void) { return input_is_ready(); }

/* Alt-Enter. */
static int insert_line_end(int count, int key) {
    (void)count, (void)key;
    rl_insert_text("\n");
    return 0;
}

// MARK: - Lines

static struct {
    bool is_done;
    char *line;
    bool has_above, goes_above;
} entered;

static void take_line(char *line) {
    entered.is_done = true;
    entered.line = line;
    /* Here, not later: the library would show the prompt again. */
    rl_callback_handler_remove();
    /* Of an empty last line the library does not know that it takes a row. */
    size_t length = line ? strlen(line) : 0;
    if (length > 0 && line[length - 1] == '\n') rl_crlf();
}

/* The terminal leaves the keys of signals to us: within a paste they are none. */
static void prepare_terminal(int meta) {
    struct termios terminal;
    input_learn_keys();
    rl_prep_terminal(meta);
    if (tcgetattr(STDIN_FILENO, &terminal) != 0) return;
    terminal.c_lflag &= ~(tcflag_t)ISIG;
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
    modes_tell();
}

// MARK: - History

static int find_earlier(int count, int key);
static int find_later(int count, int key);

/* What stood in the line before the search. */
static char *typed;
/* Whether the last arrow has gone through the history, and not through the lines of a block. */
static bool is_searching;

static bool was_arrow(void) { return rl_last_func == find_earlier || rl_last_func == find_later; }

/* An arrow behind another that has searched goes on with that; the library asks for its own functions, and begins anew
 * otherwise. */
static void go_on_searching(void) {
    if (is_searching && typed && was_arrow()) {
        rl_last_func = rl_history_search_backward;
        return;
    }
    is_searching = true;
    free(typed);
    typed = rl_copy_text(0, rl_end);
    /* From a block every entry: the cursor is where its arrows have come to. */
    if (typed && strchr(typed, '\n')) rl_point = 0;
}

static bool is_continuation(int place) { return ((unsigned char)rl_line_buffer[place] & 0xC0) == 0x80; }

static int start_of_line(int place) {
    while (place > 0 && rl_line_buffer[place - 1] != '\n') place--;
    return place;
}

static int end_of_line(int place) {
    while (place < rl_end && rl_line_buffer[place] != '\n') place++;
    return place;
}

/* Moves to the line above or below in a block, as far from its beginning as before. False where there is none, and where
 * arrows are going through the history. */
static bool moved_by_line(bool is_up) {
    int start = start_of_line(rl_point), end = end_of_line(rl_point), column = 0;
    if ((is_searching && was_arrow()) || (is_up ? start == 0 : end == rl_end)) return false;
    for (int place = start; place < rl_point; place++) column += !is_continuation(place);
    int place = is_up ? start_of_line(start - 1) : end + 1, last = end_of_line(place);
    while (column > 0 && place < last) {
        do place++;
        while (place < last && is_continuation(place));
        column--;
    }
    rl_point = place;
    is_searching = false;
    return true;
}

/* Up: the line above; from the first, and behind another such key, the entries that begin as what stands before the
 * cursor. */
static int find_earlier(int count, int key) {
    if (moved_by_line(true)) return 0;
    if (entered.has_above && !(is_searching && was_arrow())) {
        entered.goes_above = true;
        return 0;
    }
    go_on_searching();
    rl_history_search_backward(count, key);
    rl_point = rl_end;
    return 0;
}

/* Down: the line below; later entries, and behind the last what was typed. */
static int find_later(int count, int key) {
    if (moved_by_line(false)) return 0;
    go_on_searching();
    char *before = rl_copy_text(0, rl_end);
    rl_history_search_forward(count, key);
    if (before && typed && strcmp(before, rl_line_buffer) == 0) {
        using_history();
        rl_replace_line(typed, 1);
        free(typed);
        typed = NULL;
    }
    free(before);
    rl_point = rl_end;
    return 0;
}

/* Unless the user has bound the key otherwise. */
static void rebind(const char *keys, rl_command_func_t *usual, rl_command_func_t *ours) {
    if (rl_function_of_keyseq(keys, NULL, NULL) == usual) rl_bind_keyseq(keys, ours);
}

void cline_start(int history_limit) {
    cline_begin_session();
    rl_readline_name = "cnnbook";
    /* The signals are ours: they come through the pipe. */
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_getc_function = input_next;
    /* What it asks for where Esc may be a key or begin one: what we hold the terminal has no more. */
    rl_input_available_hook = input_waits;
    rl_prep_term_function = prepare_terminal;
    rl_initialize();
    /* Pastes are seen before the library sees them. */
    rl_variable_bind("enable-bracketed-paste", "off");
    /* What was changed in an earlier entry and not entered is as it was afterwards. */
    rl_variable_bind("revert-all-at-newline", "on");
    rl_bind_key('\t', press_tab);
    rl_bind_key(PASTE_KEY, insert_paste);
    /* Keys that nobody has bound, F5 and the like, do nothing; without these they would insert what ends them. */
    rl_bind_keyseq("\\e[", rl_skip_csi_sequence);
    rl_bind_keyseq("\\eO", rl_skip_csi_sequence);
    /* As a rule these two change to vi's keys: who has come into that by accident does not find the way back. */
    rl_bind_key_in_map('\r', insert_line_end, emacs_meta_keymap);
    rl_bind_key_in_map('\n', insert_line_end, emacs_meta_keymap);
    rebind("\033[A", rl_get_previous_history, find_earlier);
    rebind("\033OA", rl_get_previous_history, find_earlier);
    rebind("\033[B", rl_get_next_history, find_later);
    rebind("\033OB", rl_get_next_history, find_later);
    using_history();
    stifle_history(history_limit);
}

/* Ctrl-C: the next prompt stands on a line of its own, below all of this one. */
static void drop_line(void) {
    rl_point = rl_end;
    rl_redisplay();
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_callback_handler_remove();
    rl_crlf();
    fflush(rl_outstream);
}

/* Up to the lines above: the cursor stays in the last row of this one. */
static char *leave_upwards(void) {
    char *line = rl_copy_text(0, rl_end);
    rl_point = rl_end;
    rl_redisplay();
    rl_free_line_state();
    rl_callback_handler_remove();
    fflush(rl_outstream);
    return line;
}

/* A block that is taken up again. */
static void begin_with(const char *text) {
    rl_insert_text(text);
    is_searching = false;
    moved_by_line(true);
    rl_redisplay();
}

static void pause_editing(void) {
    cline_mark_pastes(false);
    rl_deprep_terminal();
    cline_stop_session();
    prepare_terminal(1);
    cline_mark_pastes(true);
    rl_forced_update_display();
}

/* One byte for the library, if there is one yet. False where the input has ended. */
static bool read_byte(void) {
    if (!input_is_ready()) return input_fill();
    bool searched = RL_ISSTATE(RL_STATE_ISEARCH);
    rl_callback_read_char();
    if (searched && !RL_ISSTATE(RL_STATE_ISEARCH) && !entered.is_done) {
        /* Of an entry of several lines it leaves parts of the search on the screen. */
        rl_clear_visible_line();
        rl_forced_update_display();
    }
    return true;
}

cline_status cline_read(const char *prompt, const char *initial, bool has_above, char **line) {
    cline_begin_line();
    *line = NULL;
    entered.is_done = entered.goes_above = false;
    entered.line = NULL;
    entered.has_above = has_above;
    cline_begin_reading(true);
    rl_callback_handler_install(prompt, take_line);
    if (initial) begin_with(initial);
    cline_mark_pastes(true);
    cline_status status = CLINE_LINE;
    while (!entered.is_done) {
        cline_signal signal = input_wait();
        if (signal == SIGNAL_NONE && !read_byte()) {
            rl_callback_handler_remove();
            status = CLINE_END;
            break;
        }
        if (signal == SIGNAL_RESIZE) rl_resize_terminal();
        if (signal == SIGNAL_SUSPEND || signal == SIGNAL_END) pause_editing();
        if (input_was_interrupted() || signal == SIGNAL_INTERRUPT) {
            if (entered.is_done) free(entered.line);
            drop_line();
            status = CLINE_INTERRUPTED;
            break;
        }
        if (entered.goes_above && !entered.is_done) {
            entered.line = leave_upwards();
            status = CLINE_ABOVE;
            break;
        }
    }
    cline_mark_pastes(false);
    cline_end_reading();
    if (status == CLINE_ABOVE) *line = entered.line;
    if (status != CLINE_LINE) return status;
    *line = entered.line;
    return entered.line ? CLINE_LINE : CLINE_END;
}

void cline_history_add(const char *entry) { add_history(entry); }

#endif
