#ifndef CLINE_TERMINAL_MODES_H
#define CLINE_TERMINAL_MODES_H

#include <stdbool.h>
#include <termios.h>

/* What the terminal does with keys. Over a session it hands them on one by one, so that a Ctrl-D or a Tab that is typed
 * ahead is a key like others and not an end of input. While other programs have the terminal it is as it was before. */

/* Learns how the terminal is, and begins with it. A terminal that shows nothing, since a program that was killed has left
 * it so, is made to show: GNU readline would type blindly. */
void modes_start(void);
/* What a library for lines begins with and comes back to: keys one by one, shown as they come. Ctrl-S is a key too, and
 * does not stop the screen. */
void modes_edit(void);
/* For work: nothing is shown. */
void modes_work(void);
/* As before the session. */
void modes_usual(void);
/* Learns anew how the terminal is: the session has been stopped, and goes on. */
void modes_return(void);
/* Whether they are those of work. */
bool modes_are_work(void);
/* Whether the terminal listens to this program, which does not run behind another. */
bool modes_are_ours(void);
/* The terminal once more, where a read gives what there is and waits for nothing: what poll has promised may be gone,
 * since Ctrl-C drops it. -1: it cannot be opened. */
int modes_waiting_input(void);
/* Tells the guard how the terminal is now. */
void modes_tell(void);

/* A process beside this one that does nothing until this one has been killed: then it puts the terminal back, should
 * nobody else have done so. Most shells do; dash does not. */
void guard_start(void);
void guard_tell(const struct termios *usual, const struct termios *now);

#endif
