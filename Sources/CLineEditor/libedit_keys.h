#ifndef CLINE_LIBEDIT_KEYS_H
#define CLINE_LIBEDIT_KEYS_H

#include <histedit.h>
#include <stdbool.h>
#include <wchar.h>

/* Keys that libedit does not have, or has otherwise than GNU readline. */

/* Binds them all. */
void keys_bind(EditLine *el);
/* A new line: nothing to take back, no search. `has_above`: whether Up leaves it for lines above. */
void keys_begin_line(bool has_above);
/* What stood in the line when Up left it, to be freed; NULL where that was not. */
char *keys_line_below(void);
unsigned char keys_move_up(EditLine *el);
/* Characters, not bytes: what libedit counts in. */
int keys_characters(const char *text, const char *end);

typedef enum {
    /* For the library. */
    KEY_GOES_ON,
    /* Nobody has bound it: it is gone, and would have inserted what ends it. */
    KEY_IS_DROPPED,
    /* The library first has to be told ESC, which ends its search; then the key follows. */
    KEY_ENDS_SEARCH
} key_fate;

/* What becomes of the key that the queue begins with. */
key_fate keys_look(EditLine *el);
/* Tells what the library gets. */
void keys_note(wint_t character);

#endif
