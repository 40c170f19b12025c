/* A line of input, edited by GNU readline or libedit (the package traits choose), and Ctrl-C. The libraries' globals
 * and macros stay inside this target. All functions but the handlers are for the main thread. */
#ifndef CLINE_EDITOR_H
#define CLINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    CLINE_LINE,        /* a line was entered */
    CLINE_INTERRUPTED, /* Ctrl-C: what was typed is dropped */
    CLINE_END          /* Ctrl-D on an empty line, or the terminal has gone */
} cline_status;

/* "GNU readline 8.2" or "libedit 2.11". */
const char *cline_library(void);

/* Prepares the library. Called once, before the functions below. */
void cline_start(int history_limit);

/* Shows a prompt and reads a line, which is to be freed with cline_free. Of a bracketed paste of several lines, the
 * "line" is all of them. */
cline_status cline_read(const char *prompt, char **line);
void cline_free(char *line);

/* Adds an entry, of one line or several, to what the arrow keys bring back. */
void cline_history_add(const char *entry);

typedef struct cline_matches cline_matches;
/* Gives the completions of line[start ..< end] by calling cline_match for each. */
typedef void (*cline_completer)(void *context, const char *line, size_t start, size_t end, cline_matches *matches);
void cline_set_completer(cline_completer completer, void *context);
void cline_match(cline_matches *matches, const char *text);

/* Waits until standard input has something to read (CLINE_LINE) or Ctrl-C comes. For reading without the library. */
cline_status cline_wait(void);

/* Catches SIGINT from here on. While no line is read, `action` is called, in the signal handler; it may only do what
 * such a handler may. With `second_kills`, a second signal ends the process as if none were caught. */
void cline_catch_interrupt(void (*action)(void), bool second_kills);
/* Whether SIGINT has come while no line was read. */
bool cline_was_interrupted(void);
/* Ends the process as SIGINT would have, so that a shell's loop ends too. */
void cline_die_of_interrupt(void);

#endif
