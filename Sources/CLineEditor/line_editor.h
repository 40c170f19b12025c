#ifndef CLINE_LINE_EDITOR_H
#define CLINE_LINE_EDITOR_H

#include "cline_editor.h"

/* What the libraries have in common. */

/* Characters beyond ASCII need a locale that knows UTF-8; nothing but the line editor looks at it. */
void cline_choose_locale(void);
/* Makes the terminal show what is typed, should a killed program have left it otherwise: readline would type blindly. */
void cline_show_input(void);
/* Whether the terminal marks what is pasted. */
void cline_mark_pastes(bool are_marked);

/* What Tab does with the bytes before the cursor. */
void cline_press_tab(const char *before);
/* What the last paste inserts, to be freed; NULL: nothing. */
char *cline_take_paste(void);

#endif
