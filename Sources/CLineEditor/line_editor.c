#include "line_editor.h"
#include "input_queue.h"
#include "interrupts.h"
#include "terminal_modes.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void choose_locale(void) {
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

void cline_begin_session(void) {
    choose_locale();
    modes_start();
    cline_catch_stop();
}

void cline_begin_work(void) {
    pump_stop();
    modes_work();
    cline_take_late_interrupt();
    if (input_take_interrupt()) cline_interrupt_work();
    pump_start();
}

void cline_end_work(void) {
    pump_stop();
    modes_usual();
}

void cline_begin_line(void) {
    pump_stop();
    modes_edit();
}

void cline_stop_session(void) {
    modes_usual();
    cline_pass_on();
    modes_return();
    modes_edit();
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
