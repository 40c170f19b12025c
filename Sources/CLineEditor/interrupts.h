#ifndef CLINE_INTERRUPTS_H
#define CLINE_INTERRUPTS_H

#include "cline_editor.h"

/* Signals that come while a line is read, each as one byte of a pipe, so that none is lost between a look and a wait,
 * whichever thread the system gives it to. */
typedef enum { SIGNAL_NONE = 0, SIGNAL_INTERRUPT = 'I', SIGNAL_RESIZE = 'W', SIGNAL_SUSPEND = 'Z', SIGNAL_END = 'T' } cline_signal;

/* Between these two, SIGINT goes to the pipe; with `all`, so do the terminal's other signals. */
void cline_begin_reading(bool all);
void cline_end_reading(void);

/* Waits for input or a signal. SIGNAL_NONE: there is input, or its end. */
cline_signal cline_wait_signal(void);
/* Takes a signal that a key stands for as caught. */
void cline_press_signal(int number);
/* Lets the last signal that was caught do what it does by default: stop, or end the process. */
void cline_pass_on(void);
/* Whether Ctrl-C has stopped work since this was asked last. */
bool cline_take_stop(void);
/* From here on Ctrl-Z during work leaves a terminal as it was before the session. */
void cline_catch_stop(void);
/* Asks what computes to end. */
void cline_interrupt_work(void);

#endif
