#include "input_queue.h"
#include "terminal_modes.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static pthread_t thread;
static bool runs;
static int stop[2] = {-1, -1};
/* Who holds it may read from the terminal. */
static pthread_mutex_t terminal = PTHREAD_MUTEX_INITIALIZER;

enum {
    /* So long a signal of a key may be on its way to its handler, before what was typed behind it is taken. */
    SIGNAL_MILLISECONDS = 10,
    BACKGROUND_MILLISECONDS = 200
};

/* False: there is nobody any more who types. */
static bool take_input(void) {
    struct pollfd source = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&source, 1, 0) <= 0) return true;
    if (source.revents & (POLLHUP | POLLERR | POLLNVAL)) return false;
    input_drop_behind_interrupt();
    input_take_waiting();
    return true;
}

static void *run(void *unused) {
    (void)unused;
    while (true) {
        struct pollfd sources[2] = {{.fd = stop[0], .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
        bool is_ours = modes_are_ours();
        if (poll(sources, is_ours ? 2 : 1, is_ours ? -1 : BACKGROUND_MILLISECONDS) < 0) continue;
        if (sources[0].revents) return NULL;
        if (!is_ours) continue;
        if (poll(sources, 1, SIGNAL_MILLISECONDS) > 0) return NULL;
        pthread_mutex_lock(&terminal);
        bool goes_on = take_input();
        pthread_mutex_unlock(&terminal);
        if (!goes_on) return NULL;
    }
}

void pump_start(void) {
    if (runs || modes_waiting_input() < 0) return;
    if (stop[0] < 0 && pipe(stop) != 0) return;
    for (int end = 0; end < 2; end++) fcntl(stop[end], F_SETFD, FD_CLOEXEC);
    /* The signals are for the other threads. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    runs = pthread_create(&thread, NULL, run, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void pump_stop(void) {
    if (!runs) return;
    char byte = 0;
    while (write(stop[1], &byte, 1) < 0) {
    }
    pthread_join(thread, NULL);
    while (read(stop[0], &byte, 1) < 0) {
    }
    runs = false;
    input_drop_behind_interrupt();
}

void cline_hold_terminal(void) { pthread_mutex_lock(&terminal); }
void cline_release_terminal(void) { pthread_mutex_unlock(&terminal); }
