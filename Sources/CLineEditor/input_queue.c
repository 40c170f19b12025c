#define _GNU_SOURCE
#include "input_queue.h"
#include "interrupts.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes between start and end. */
typedef struct {
    char *bytes;
    size_t start, end, capacity;
} buffer;

static buffer queue;
static bool was_interrupted;
static buffer paste;

static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";
enum {
    MARK_LENGTH = sizeof paste_begin - 1,
    /* How long the rest of a mark may be on its way, and a paste stand still. */
    MARK_MILLISECONDS = 25,
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

bool input_is_ready(void) { return queue.start < queue.end; }

bool input_fill(void) {
    if (!reserve(&queue, 1 << 16)) return false;
    ssize_t count;
    do count = read(STDIN_FILENO, queue.bytes + queue.end, 1 << 16);
    while (count < 0 && errno == EINTR);
    if (count < 0) return errno == EAGAIN;
    queue.end += (size_t)count;
    return count > 0;
}

void input_drop(void) { queue.start = queue.end = 0; }

bool input_was_interrupted(void) {
    bool was = was_interrupted;
    was_interrupted = false;
    return was;
}

static bool arrives_within(int milliseconds) {
    struct pollfd source = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&source, 1, milliseconds) > 0 && input_fill();
}

/* Whether the queue begins with the mark of a paste. A mark that is cut off is waited for. */
static bool begins_paste(void) {
    while (true) {
        size_t count = queue.end - queue.start;
        size_t compared = count < MARK_LENGTH ? count : MARK_LENGTH;
        if (memcmp(queue.bytes + queue.start, paste_begin, compared) != 0) return false;
        if (compared == MARK_LENGTH) return true;
        if (!arrives_within(MARK_MILLISECONDS)) return false;
    }
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

int input_next(FILE *stream) {
    (void)stream;
    while (queue.start == queue.end) {
        cline_signal signal = cline_wait_signal();
        if (signal == SIGNAL_INTERRUPT) {
            was_interrupted = true;
            /* Ctrl-G: leaves a search that waits for its next letter. */
            return 0x07;
        }
        if (signal == SIGNAL_NONE && !input_fill()) return EOF;
    }
    if (queue.bytes[queue.start] == '\033' && begins_paste()) {
        collect_paste();
        return PASTE_KEY;
    }
    return (unsigned char)queue.bytes[queue.start++];
}
