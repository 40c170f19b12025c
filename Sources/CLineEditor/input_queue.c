#define _GNU_SOURCE
#include "input_queue.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Bytes between start and end. */
typedef struct {
    char *bytes;
    size_t start, end, capacity;
} buffer;

static buffer queue;
static bool was_interrupted;
/* Whether the ESC that the queue begins with is known to be a key. */
static bool is_key;
/* 0: no key sends it. */
static unsigned char interrupt_key, suspend_key, quit_key;
static buffer paste;

static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";
enum {
    MARK_LENGTH = sizeof paste_begin - 1,
    /* How long the rest of a mark may be on its way, that of an answer, and a paste stand still. */
    MARK_MILLISECONDS = 25,
    ANSWER_MILLISECONDS = 500,
    PASTE_MILLISECONDS = 5000,
    PASTE_LIMIT = 64 << 20
};

static bool reserve(buffer *b, size_t count) {
    if (b->start == b->end) b->start = b->end = 0;
    if (b->end + count <= b->capacity) return true;
    size_t capacity = 2 * b->capacity + count;
    char *bytes = realloc(b->bytes, capacity);
    if (!bytes) return false;
    b->bytes = bytes;
    b->capacity = capacity;
    return true;
}

static bool append(buffer *b, const char *bytes, size_t count) {
    if (!reserve(b, count)) return false;
    memcpy(b->bytes + b->end, bytes, count);
    b->end += count;
    return true;
}

bool input_fill(void) {
    if (!reserve(&queue, 1 << 16)) return false;
    ssize_t count;
    do count = read(STDIN_FILENO, queue.bytes + queue.end, 1 << 16);
    while (count < 0 && errno == EINTR);
    if (count < 0) return errno == EAGAIN;
    queue.end += (size_t)count;
    return count > 0;
}

void input_learn_keys(void) {
    struct termios terminal;
    interrupt_key = suspend_key = quit_key = 0;
    if (tcgetattr(STDIN_FILENO, &terminal) != 0 || !(terminal.c_lflag & ISIG)) return;
    if (terminal.c_cc[VINTR] != _POSIX_VDISABLE) interrupt_key = terminal.c_cc[VINTR];
    if (terminal.c_cc[VSUSP] != _POSIX_VDISABLE) suspend_key = terminal.c_cc[VSUSP];
    if (terminal.c_cc[VQUIT] != _POSIX_VDISABLE) quit_key = terminal.c_cc[VQUIT];
}

bool input_was_interrupted(void) {
    bool was = was_interrupted;
    was_interrupted = false;
    return was;
}

static bool arrives_within(int milliseconds) {
    struct pollfd source = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&source, 1, milliseconds) > 0 && input_fill();
}

/* What the queue begins with. */
typedef enum { KEY, PASTE, NOTHING, CUT } piece;

/* Whether the bytes are a mark, or the beginning of one. */
static piece compare(const char *bytes, size_t count, const char *mark, piece whole) {
    size_t compared = count < MARK_LENGTH ? count : MARK_LENGTH;
    if (memcmp(bytes, mark, compared) != 0) return KEY;
    return compared == MARK_LENGTH ? whole : CUT;
}

/* The length of what a terminal answers when it is asked what it is, `ESC [ ? 62 ; 4 c`, or whether it draws pictures,
 * `ESC _ G i=31;OK ESC \`. */
static piece answer(const char *bytes, size_t count, size_t *length) {
    static const char device[] = "\033[?", picture[] = "\033_G";
    size_t compared = count < 3 ? count : 3;
    bool is_device = memcmp(bytes, device, compared) == 0;
    if (!is_device && memcmp(bytes, picture, compared) != 0) return KEY;
    for (size_t i = 3; i < count; i++) {
        char byte = bytes[i];
        if (is_device ? byte == 'c' : byte == '\\' && bytes[i - 1] == '\033') {
            *length = i + 1;
            return NOTHING;
        }
        bool goes_on = is_device ? (byte >= '0' && byte <= '9') || byte == ';' : byte >= ' ' || byte == '\033';
        if (!goes_on) return KEY;
    }
    return CUT;
}

/* What begins with the ESC that the queue begins with. Whatever is cut off is waited for: a mark only as long as no one
 * notices at the key Esc, an answer longer, since no key begins as it does. */
static piece first_piece(void) {
    while (true) {
        const char *bytes = queue.bytes + queue.start;
        size_t count = queue.end - queue.start, length = MARK_LENGTH;
        piece found = compare(bytes, count, paste_begin, PASTE);
        if (found == KEY) found = compare(bytes, count, paste_end, NOTHING);
        bool is_answer = found == KEY;
        if (is_answer) found = answer(bytes, count, &length);
        if (found == NOTHING) queue.start += length;
        if (found != CUT) return found;
        bool is_certain = is_answer && count > 2;
        if (arrives_within(is_certain ? ANSWER_MILLISECONDS : MARK_MILLISECONDS)) continue;
        if (!is_certain) return KEY;
        queue.start = queue.end;
        return NOTHING;
    }
}

bool input_is_ready(void) {
    while (queue.start < queue.end) {
        if (is_key || queue.bytes[queue.start] != '\033') return true;
        piece found = first_piece();
        is_key = found == KEY;
        if (found != NOTHING) return true;
    }
    return false;
}

/* Moves the paste out of the queue, with all that follows up to its end. */
static void collect_paste(void) {
    queue.start += MARK_LENGTH;
    paste.start = paste.end = 0;
    size_t searched = queue.start;
    while (true) {
        char *found = NULL;
        if (queue.end - searched >= MARK_LENGTH)
            found = memmem(queue.bytes + searched, queue.end - searched, paste_end, MARK_LENGTH);
        if (found) {
            size_t place = (size_t)(found - queue.bytes);
            append(&paste, queue.bytes + queue.start, place - queue.start);
            queue.start = place + MARK_LENGTH;
            return;
        }
        /* The mark may be cut: its part stays to be searched again. */
        if (queue.end - queue.start >= MARK_LENGTH) searched = queue.end - MARK_LENGTH + 1;
        if (queue.end - queue.start > PASTE_LIMIT || !arrives_within(PASTE_MILLISECONDS)) break;
    }
    append(&paste, queue.bytes + queue.start, queue.end - queue.start);
    queue.start = queue.end;
}

char *input_take_paste(size_t *length) {
    *length = paste.end - paste.start;
    char *bytes = paste.bytes;
    paste = (buffer){0};
    return bytes;
}

/* The signal of the key that the queue begins with, if that is one; the key is then taken. */
static cline_signal pressed_signal(void) {
    unsigned char byte = (unsigned char)queue.bytes[queue.start];
    if (byte == 0 || (byte != interrupt_key && byte != suspend_key && byte != quit_key)) return SIGNAL_NONE;
    queue.start++;
    if (byte == interrupt_key) return SIGNAL_INTERRUPT;
    cline_press_signal(byte == suspend_key ? SIGTSTP : SIGQUIT);
    return byte == suspend_key ? SIGNAL_SUSPEND : SIGNAL_END;
}

cline_signal input_wait(void) { return input_is_ready() ? pressed_signal() : cline_wait_signal(); }

int input_next(FILE *stream) {
    (void)stream;
    while (!input_is_ready()) {
        cline_signal signal = cline_wait_signal();
        if (signal == SIGNAL_NONE && !input_fill()) return EOF;
        if (signal == SIGNAL_INTERRUPT) was_interrupted = true;
        if (was_interrupted) break;
    }
    /* Ctrl-G: leaves a search that waits for its next letter. */
    if (was_interrupted) return 0x07;
    if (queue.bytes[queue.start] == '\033' && !is_key) {
        collect_paste();
        return PASTE_KEY;
    }
    is_key = false;
    if ((unsigned char)queue.bytes[queue.start] == interrupt_key && interrupt_key) {
        queue.start++;
        was_interrupted = true;
        return 0x07;
    }
    return (unsigned char)queue.bytes[queue.start++];
}
