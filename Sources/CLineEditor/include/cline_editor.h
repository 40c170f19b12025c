/* A line of input, edited by GNU readline or libedit (the package traits choose), and Ctrl-C. The libraries' globals
 * and macros stay inside this target. All functions but the handlers are for the main thread. */
#ifndef CLINE_EDITOR_H
#define CLINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    CLINE_LINE,        /* a line was entered */
    CLINE_INTERRUPTED, /* Ctrl-C: what was typed is dropped */
    CLINE_ABOVE,       /* Up, to the lines above: the line as far as it is typed */
    CLINE_END          /* Ctrl-D on an empty line, or the terminal has gone */
} cline_status;

/* "GNU readline 8.2" or "libedit 2.11". */
const char *cline_library(void);

/* Prepares the library. Called once, before the functions below. */
void cline_start(int history_limit);

/* Shows a prompt and reads a line, which is to be freed with cline_free; several lines where they were pasted or brought
 * back from the history. Between \001 and \002 the prompt may hold what takes no room on the screen: colours. A block that was
 * entered line by line may be taken up again: it is `initial`, with the cursor in its last line but one, or NULL.
 * `has_above`: whether there are such lines, so that Up ends with CLINE_ABOVE. */
cline_status cline_read(const char *prompt, const char *initial, bool has_above, char **line);
void cline_free(char *line);

/* Between these two nothing but the caller reads from the terminal: what it asks the terminal comes to itself. */
void cline_hold_terminal(void);
void cline_release_terminal(void);

/* Runs another program that takes the terminal, and waits for its end; its Ctrl-C is not ours. Whether it succeeds. */
bool cline_run_aside(const char *path, char *const *arguments);

/* Work begins with the line that was entered: a Ctrl-C that was pressed right behind Enter belongs to it, and until
 * the next line the terminal does not show what is typed, nor what it answers by itself; that line has the one and drops
 * the other. Ctrl-C drops what was typed before it too. cline_read ends the work; cline_end_work does, for another program
 * that takes the terminal, or the shell. */
void cline_begin_work(void);
void cline_end_work(void);

/* Adds an entry, of one line or several, to what the arrow keys bring back. */
void cline_history_add(const char *entry);

/* Called when Tab is pressed, with the bytes of the line that stand before the cursor. It may call cline_insert and
 * cline_show. */
typedef void (*cline_tab)(void *context, const char *before);
void cline_set_tab(cline_tab function, void *context);
/* Whether the user's settings of the library want names completed whatever the case of their letters. */
bool cline_ignores_case(void);
/* Takes away so many bytes before the cursor and puts a text there. */
void cline_insert(int erased, const char *text);
/* Shows lines below the line that is edited, which is then shown again. */
void cline_show(const char *text);

/* Called with what was pasted, from the terminal's mark of its beginning to that of its end. What it gives back, made by
 * malloc, is inserted as if typed, but no key in it does anything. */
typedef char *(*cline_paste)(void *context, const char *text, size_t length);
void cline_set_paste(cline_paste function, void *context);

/* Waits until standard input has something to read (CLINE_LINE) or Ctrl-C comes. For reading without the library. */
cline_status cline_wait(void);

/* Catches SIGINT from here on. While no line is read, `action` is called, in the signal handler; it may only do what
 * such a handler may. With `second_kills`, a second signal ends the process as if none were caught. */
void cline_catch_interrupt(void (*action)(void), bool second_kills);
/* Called whenever a line begins to be read: Ctrl-C belongs to it from then on, and what came before is over. */
void cline_when_reading(void (*action)(void));
/* A SIGINT that came between the end of the line and here belongs to the work that begins. */
void cline_take_late_interrupt(void);
/* Whether SIGINT has come while no line was read. */
bool cline_was_interrupted(void);
/* Ends the process as SIGINT would have, so that a shell's loop ends too. */
void cline_die_of_interrupt(void);

#endif
