#ifndef CLINE_INPUT_QUEUE_H
#define CLINE_INPUT_QUEUE_H

#include "interrupts.h"

#include <stdbool.h>
#include <stdio.h>

/* What the terminal sent and nobody has read yet. The libraries take their bytes from here, so that a paste is seen as
 * one thing before any of its bytes can act as a key: GNU readline and libedit then do the same. */

/* Stands for a paste among the bytes; what was pasted is in `input_paste`. */
enum { PASTE_KEY = 0x1E };

/* Whether input_next would give a byte at once. What a terminal answers to a question that nobody waits for any more is
 * no input: it is dropped. */
bool input_is_ready(void);
/* Waits for what comes next: a signal, sent or pressed as a key; SIGNAL_NONE: a byte, or the end of the input. */
cline_signal input_wait(void);
/* Reads what the terminal has. False at its end. */
bool input_fill(void);
/* Takes what has been typed, and waits for nothing: in the modes of work. */
void input_take_waiting(void);
/* Drops what was typed before a Ctrl-C that has stopped the work, as the terminal drops what it has of it. */
void input_drop_behind_interrupt(void);
/* The next byte, waited for; EOF at the end. For the libraries' rl_getc_function. */
int input_next(FILE *stream);
/* The length of the key that the queue begins with, as ESC and what belongs to it; 0: one byte, or none. Its bytes behind
 * the ESC go into `name`, which ends with 0. */
size_t input_named_key(char *name, size_t size);
/* The byte that input_next would give; -1 where it would wait. */
int input_first(void);
/* Drops so many bytes. */
void input_drop(size_t count);
/* Learns which keys send signals. While a line is read the terminal leaves them to the queue: in a paste they are bytes
 * like others. */
void input_learn_keys(void);
/* Whether Ctrl-C came while a library waited for a byte; asking forgets it. */
bool input_was_interrupted(void);
/* Whether Ctrl-C was pressed behind the line that was entered, while the terminal still left the keys to the queue. It is
 * taken, with what was typed before it. */
bool input_take_interrupt(void);

/* Between these two what is typed is taken as it comes, by a thread: the terminal keeps 4 KB and looks at no Ctrl-C
 * behind them. */
void pump_start(void);
void pump_stop(void);

/* The text of the last paste, and its length; NULL once it was taken. To be freed by the caller. */
char *input_take_paste(size_t *length);

#endif
