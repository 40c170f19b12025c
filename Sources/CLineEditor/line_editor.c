#define _GNU_SOURCE
#include "cline_editor.h"
#include "input_queue.h"
#include "interrupts.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef USE_LIBEDIT
#include <editline/readline.h>
#else
#include <readline/history.h>
#include <readline/readline.h>
#endif

const char *cline_library(void) {
    static char name[64];
#ifdef USE_LIBEDIT
    snprintf(name, sizeof name, "libedit");
#else
    snprintf(name, sizeof name, "GNU readline %s", rl_library_version);
#endif
    return name;
}

/* Characters beyond ASCII need a locale that knows UTF-8; nothing but the line editor looks at it. */
static void choose_locale(void) {
    if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
    if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "en_US.UTF-8");
}

// MARK: - Tab and paste

static struct {
    cline_tab tab;
    void *tab_context;
    cline_paste paste;
    void *paste_context;
} actions;

void cline_set_tab(cline_tab function, void *context) {
    actions.tab = function;
    actions.tab_context = context;
}

void cline_set_paste(cline_paste function, void *context) {
    actions.paste = function;
    actions.paste_context = context;
}

#ifdef USE_LIBEDIT
/* libedit shows a change only where a key of its own made it: what is inserted comes as keys, each that could do
 * something behind Ctrl-V. */
static void insert(const char *text) {
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x20 || byte == 0x7F) input_push("\026", 1);
        input_push(text, 1);
    }
}
#else
static void insert(const char *text) { rl_insert_text(text); }
#endif

void cline_insert(int erased, const char *text) {
    if (erased > rl_point) erased = rl_point;
#ifdef USE_LIBEDIT
    char *old = rl_copy_text(rl_point - erased, rl_point);
    for (char *byte = old; byte && *byte; byte++)
        if (((unsigned char)*byte & 0xC0) != 0x80) input_push("\177", 1);
    free(old);
#else
    rl_delete_text(rl_point - erased, rl_point);
    rl_point -= erased;
#endif
    insert(text);
}

void cline_show(const char *text) {
#ifdef USE_LIBEDIT
    fprintf(rl_outstream, "\r\n%s", text);
    fflush(rl_outstream);
    rl_forced_update_display();
#else
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
#endif
}

static int press_tab(int count, int key) {
    (void)count, (void)key;
    if (!actions.tab) return 0;
    char *before = rl_copy_text(0, rl_point);
    if (before) actions.tab(actions.tab_context, before);
    free(before);
    return 0;
}

static int insert_paste(int count, int key) {
    (void)count, (void)key;
    size_t length;
    char *pasted = input_take_paste(&length);
    char *text = pasted && actions.paste ? actions.paste(actions.paste_context, pasted, length) : NULL;
    if (text) insert(text);
    free(text);
    free(pasted);
    return 0;
}

/* Whether the terminal marks what is pasted. */
static void mark_pastes(bool are_marked) {
    fputs(are_marked ? "\033[?2004h" : "\033[?2004l", rl_outstream);
    fflush(rl_outstream);
}

// MARK: - Lines

static struct {
    bool is_done;
    char *line;
} entered;

static void take_line(char *line) {
    entered.is_done = true;
    entered.line = line;
    /* Here, not later: the library would show the prompt again. */
    rl_callback_handler_remove();
}

#ifdef USE_LIBEDIT
/* libedit takes what it is given for a whole character: the bytes of one in UTF-8, put together. */
static int next_character(FILE *stream) {
    int byte = input_next(stream);
    if (byte < 0xC2 || byte > 0xF4) return byte;
    int rest = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    int character = byte & (0x3F >> rest);
    for (; rest > 0; rest--) {
        int next = input_next(stream);
        if (next == EOF) return EOF;
        character = character << 6 | (next & 0x3F);
    }
    return character;
}
#endif

void cline_start(int history_limit) {
    choose_locale();
    rl_readline_name = "cnnbook";
    /* The signals are ours: they come through the pipe. */
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
#ifdef USE_LIBEDIT
    /* Looked at once, when the library begins. */
    rl_getc_function = next_character;
    rl_initialize();
    rl_add_defun("cnnbook-complete", press_tab, '\t');
    rl_add_defun("cnnbook-paste", insert_paste, PASTE_KEY);
#else
    rl_getc_function = input_next;
    rl_initialize();
    /* Pastes are seen before the library sees them. */
    rl_variable_bind("enable-bracketed-paste", "off");
    rl_bind_key('\t', press_tab);
    rl_bind_key(PASTE_KEY, insert_paste);
#endif
    using_history();
    stifle_history(history_limit);
}

/* Ctrl-C: the next prompt stands on a line of its own. */
static void drop_line(void) {
    input_drop();
#ifdef USE_LIBEDIT
    rl_replace_line("", 0);
#else
    rl_free_line_state();
    rl_callback_sigcleanup();
#endif
    rl_callback_handler_remove();
    rl_crlf();
    fflush(rl_outstream);
}

static void pause_editing(void) {
    mark_pastes(false);
    rl_deprep_terminal();
    cline_pass_on();
    rl_prep_terminal(1);
    mark_pastes(true);
    rl_forced_update_display();
}

/* One byte for the library. False where the input has ended. */
static bool read_byte(void) {
    if (!input_is_ready() && !input_fill()) return false;
    rl_callback_read_char();
    return true;
}

cline_status cline_read(const char *prompt, char **line) {
    *line = NULL;
    entered.is_done = false;
    entered.line = NULL;
    cline_begin_reading(true);
    rl_callback_handler_install(prompt, take_line);
    mark_pastes(true);
    cline_status status = CLINE_LINE;
    while (!entered.is_done) {
        cline_signal signal = input_is_ready() ? SIGNAL_NONE : cline_wait_signal();
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
    }
    mark_pastes(false);
    cline_end_reading();
    if (status != CLINE_LINE) return status;
    *line = entered.line;
    return entered.line ? CLINE_LINE : CLINE_END;
}

void cline_free(char *line) { free(line); }

void cline_history_add(const char *entry) { add_history(entry); }
