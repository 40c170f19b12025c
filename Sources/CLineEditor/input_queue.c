#define _GNU_SOURCE
#include "input_queue.h"
#include "terminal_modes.h"

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
    PAUSE_MILLISECONDS = 200,
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

static bool fill(int source) {
    if (!reserve(&queue, 1 << 16)) return false;
    ssize_t count;
    do count = read(source, queue.bytes + queue.end, 1 << 16);
    while (count < 0 && errno == EINTR);
    if (count < 0) return errno == EAGAIN;
    queue.end += (size_t)count;
    return count > 0;
}

bool input_fill(void) { return fill(STDIN_FILENO); }

void input_take_waiting(void) {
    if (modes_waiting_input() >= 0) fill(modes_waiting_input());
}

void input_drop_behind_interrupt(void) {
    if (cline_take_stop()) queue.start = queue.end = 0;
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

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* What a terminal answers in a string, up to BEL or ESC \: whether it draws pictures, `ESC _ G i=31;OK ESC \`, its
 * colours, `ESC ] 11 ; rgb:… BEL`, its name, `ESC P > | … ESC \`. Alt and the second byte is a key, the third is none. */
static piece string_answer(const char *bytes, size_t count, size_t *length) {
    if (count < 3) return CUT;
    char kind = bytes[1], third = bytes[2];
    bool is_one = kind == '_' ? third == 'G' : kind == ']' ? is_digit(third) : is_digit(third) || strchr(">!|", third);
    if (!third || !is_one) return KEY;
    for (size_t i = 3; i < count; i++) {
        if (bytes[i] == '\a' || (bytes[i] == '\\' && bytes[i - 1] == '\033')) {
            *length = i + 1;
            return NOTHING;
        }
        if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\033') return KEY;
    }
    return CUT;
}

/* What it answers in numbers: what it is, `ESC [ ? 62 ; 4 c`, where its cursor stands, `ESC [ 12 ; 40 R`, how large it
 * is, `ESC [ 8 ; 24 ; 80 t`, that it is well, `ESC [ 0 n`. A key is `ESC [ 1 ; 2 R`, F3 with Shift. */
static piece number_answer(const char *bytes, size_t count, size_t *length) {
    if (count < 3) return CUT;
    bool is_marked = bytes[2] == '?' || bytes[2] == '>';
    if (!is_marked && !is_digit(bytes[2])) return KEY;
    size_t end = 3;
    while (end < count && (is_digit(bytes[end]) || bytes[end] == ';' || bytes[end] == '$')) end++;
    if (end == count) return CUT;
    char last = bytes[end];
    bool has_two = memchr(bytes, ';', end) != NULL;
    bool is_key = bytes[2] == '1' && bytes[3] == ';' && end == 5 && bytes[4] <= '8';
    bool is_one = is_marked ? last >= '@' && last <= '~' : (has_two && last == 'R' && !is_key) || (has_two && last == 't') || last == 'n';
    if (is_one) *length = end + 1;
    return is_one ? NOTHING : KEY;
}

/* What a terminal answers to a question that was put to it, and its length. */
static piece answer(const char *bytes, size_t count, size_t *length) {
    if (count < 2) return CUT;
    if (bytes[1] == '[') return number_answer(bytes, count, length);
    return strchr("_]P", bytes[1]) && bytes[1] ? string_answer(bytes, count, length) : KEY;
}

/* Whether no key begins so, and what follows is worth a wait. */
static bool begins_answer(const char *bytes, size_t count) {
    if (count < 3) return false;
    if (bytes[1] == '[') return bytes[2] == '?' || bytes[2] == '>';
    return true;
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
        bool is_certain = is_answer && begins_answer(bytes, count);
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
        if (queue.end - queue.start > PASTE_LIMIT) break;
        bool stands_still = !arrives_within(PAUSE_MILLISECONDS);
        size_t count = queue.end;
        if (stands_still && !arrives_within(PASTE_MILLISECONDS)) break;
        /* One byte after a while is a key: somebody sees that the end does not come. */
        if (stands_still && queue.end == count + 1 && (unsigned char)queue.bytes[count] == interrupt_key) {
            was_interrupted = true;
            paste.start = paste.end = 0;
            queue.start = queue.end;
            return;
        }
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

/* Where the interrupt key stands in the queue, outside of pastes; -1: nowhere. */
static ptrdiff_t place_of_interrupt(void) {
    for (size_t i = queue.start; i < queue.end; i++) {
        if (queue.end - i >= MARK_LENGTH && memcmp(queue.bytes + i, paste_begin, MARK_LENGTH) == 0) {
            const char *end = memmem(queue.bytes + i, queue.end - i, paste_end, MARK_LENGTH);
            if (!end) return -1;
            i = (size_t)(end - queue.bytes);
        }
        if ((unsigned char)queue.bytes[i] == interrupt_key) return (ptrdiff_t)i;
    }
    return -1;
}

bool input_take_interrupt(void) {
    if (!interrupt_key) return false;
    input_take_waiting();
    ptrdiff_t place = place_of_interrupt();
    if (place < 0) return false;
    queue.start = (size_t)place + 1;
    return true;
}

size_t input_named_key(char *name, size_t size) {
    if (!input_is_ready() || !is_key || queue.bytes[queue.start] != '\033') return 0;
    const char *bytes = queue.bytes + queue.start;
    size_t count = queue.end - queue.start, length = 2;
    if (count < 2) return 0;
    if (bytes[1] == '[' || bytes[1] == 'O') {
        length = 3;
        /* F1 of the Linux console: ESC [ [ A. */
        if (count > 2 && bytes[1] == '[' && bytes[2] == '[') length = 4;
        while (length <= count && bytes[1] == '[' && (unsigned char)bytes[length - 1] < '@') length++;
    }
    if (length > count || length > size) return 0;
    memcpy(name, bytes + 1, length - 1);
    name[length - 1] = 0;
    return length;
}

int input_first(void) { return input_is_ready() ? (unsigned char)queue.bytes[queue.start] : -1; }

void input_drop(size_t count) {
    queue.start += count < queue.end - queue.start ? count : queue.end - queue.start;
    is_key = false;
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
        /* Ctrl-C has ended it. */
        return was_interrupted ? 0x07 : PASTE_KEY;
    }
    is_key = false;
    if ((unsigned char)queue.bytes[queue.start] == interrupt_key && interrupt_key) {
        queue.start++;
        was_interrupted = true;
        return 0x07;
    }
    return (unsigned char)queue.bytes[queue.start++];
}
