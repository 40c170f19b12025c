#include "cline_editor.h"
#include "interrupts.h"

#include <locale.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef USE_LIBEDIT
#include <editline/readline.h>
#else
#include <readline/history.h>
#include <readline/readline.h>
#endif

/* Whatever is no part of a name or of a chain of members ends the word that is completed. */
static const char word_breaks[] = " \t\n\"'`@$><=;|&{}()[],:+-*/%~!^#?\\";

static cline_completer completer;
static void *completer_context;

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

// MARK: - Completion

struct cline_matches {
    char **items; /* [0] is kept for what all have in common */
    size_t count, capacity;
};

void cline_match(cline_matches *matches, const char *text) {
    if (matches->count + 2 >= matches->capacity) {
        size_t capacity = matches->capacity ? 2 * matches->capacity : 16;
        char **items = realloc(matches->items, capacity * sizeof *items);
        if (!items) return;
        matches->items = items;
        matches->capacity = capacity;
    }
    char *copy = strdup(text);
    if (copy) matches->items[++matches->count] = copy;
}

static size_t common_length(const char *a, const char *b, size_t limit) {
    size_t length = 0;
    while (length < limit && a[length] && a[length] == b[length]) length++;
    return length;
}

static char **complete(const char *text, int start, int end) {
    rl_attempted_completion_over = 1;
    rl_completion_append_character = '\0';
    size_t blanks = strspn(rl_line_buffer, " \t");
    if (start == end && blanks >= (size_t)start) {
        rl_insert_text("    ");
        return NULL;
    }
    if (!completer) return NULL;
    (void)text;
    cline_matches matches = {0};
    completer(completer_context, rl_line_buffer, (size_t)start, (size_t)end, &matches);
    if (matches.count == 0) {
        free(matches.items);
        return NULL;
    }
    size_t common = strlen(matches.items[1]);
    for (size_t i = 2; i <= matches.count; i++) common = common_length(matches.items[1], matches.items[i], common);
    matches.items[0] = strndup(matches.items[1], common);
    if (matches.count == 1) {
        free(matches.items[1]);
        matches.count = 0;
    }
    matches.items[matches.count + 1] = NULL;
    return matches.items;
}

void cline_set_completer(cline_completer function, void *context) {
    completer = function;
    completer_context = context;
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

void cline_start(int history_limit) {
    choose_locale();
    rl_readline_name = "cnnbook";
    /* The signals are ours: they come through the pipe. */
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_completer_word_break_characters = (char *)word_breaks;
    rl_attempted_completion_function = complete;
    rl_initialize();
    using_history();
    stifle_history(history_limit);
}

/* Ctrl-C: the next prompt stands on a line of its own. */
static void drop_line(void) {
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
    rl_deprep_terminal();
    cline_pass_on();
    rl_prep_terminal(1);
    rl_forced_update_display();
}

cline_status cline_read(const char *prompt, char **line) {
    *line = NULL;
    entered.is_done = false;
    entered.line = NULL;
    cline_begin_reading(true);
    rl_callback_handler_install(prompt, take_line);
    cline_status status = CLINE_LINE;
    while (!entered.is_done) {
        cline_signal signal = cline_wait_signal();
        if (signal == SIGNAL_NONE) {
            rl_callback_read_char();
        } else if (signal == SIGNAL_RESIZE) {
            rl_resize_terminal();
        } else if (signal == SIGNAL_INTERRUPT) {
            drop_line();
            status = CLINE_INTERRUPTED;
            break;
        } else {
            pause_editing();
        }
    }
    cline_end_reading();
    if (status == CLINE_INTERRUPTED) return status;
    *line = entered.line;
    return entered.line ? CLINE_LINE : CLINE_END;
}

void cline_free(char *line) { free(line); }

void cline_history_add(const char *entry) { add_history(entry); }
