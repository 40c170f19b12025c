#include "line_editor.h"
#include "input_queue.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

void cline_choose_locale(void) {
    if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
    const char *names[] = { "C.UTF-8", "en_US.UTF-8" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_CTYPE, names[i])) continue;
        /* readline asks the environment again. */
        setenv("LC_ALL", names[i], 1);
        return;
    }
}

void cline_mark_pastes(bool are_marked) {
    fputs(are_marked ? "\033[?2004h" : "\033[?2004l", stdout);
    fflush(stdout);
}

/* Whether the terminal is to show what is typed again. */
static bool was_silenced;

static bool set_echo(bool shows) {
    struct termios terminal;
    if (tcgetattr(STDIN_FILENO, &terminal) != 0 || !(terminal.c_lflag & ECHO) == !shows) return false;
    terminal.c_lflag = shows ? terminal.c_lflag | ECHO : terminal.c_lflag & ~(tcflag_t)ECHO;
    return tcsetattr(STDIN_FILENO, TCSANOW, &terminal) == 0;
}

void cline_show_input(void) { set_echo(true); }

void cline_begin_work(void) {
    if (set_echo(false)) was_silenced = true;
    cline_take_late_interrupt();
    if (input_take_interrupt()) cline_interrupt_work();
}

void cline_end_work(void) {
    if (was_silenced) set_echo(true);
    was_silenced = false;
}

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

void cline_press_tab(const char *before) {
    if (actions.tab) actions.tab(actions.tab_context, before);
}

char *cline_take_paste(void) {
    size_t length;
    char *pasted = input_take_paste(&length);
    char *text = pasted && actions.paste ? actions.paste(actions.paste_context, pasted, length) : NULL;
    free(pasted);
    return text;
}

void cline_free(char *line) { free(line); }
