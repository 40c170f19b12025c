#ifndef CLINE_LINE_EDITOR_H
#define CLINE_LINE_EDITOR_H

#include "cline_editor.h"

/* What the libraries have in common. */

/* Before a library looks at the terminal: characters beyond ASCII need a locale that knows UTF-8, nothing but the line
 * editor looks at it; and the terminal's modes are learnt. */
void cline_begin_session(void);
/* Before a library reads a line: work is over. */
void cline_begin_line(void);
/* Lets the last signal that was caught do what it does, with the terminal as it was before the session. */
void cline_stop_session(void);
/* Whether the terminal marks what is pasted. */
void cline_mark_pastes(bool are_marked);

/* What Tab does with the bytes before the cursor. */
void cline_press_tab(const char *before);
/* What the last paste inserts, to be freed; NULL: nothing. */
char *cline_take_paste(void);

#endif
