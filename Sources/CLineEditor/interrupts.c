#include "interrupts.h"
#include "terminal_modes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t is_reading;
static volatile sig_atomic_t was_interrupted;
/* The same, until somebody asks. */
static volatile sig_atomic_t has_stopped;
static volatile sig_atomic_t last_signal;
/* Whether a key stands for it: such a signal goes to all that run beside this program. */
static volatile sig_atomic_t was_pressed;
static void (*volatile interrupt_action)(void);
static void (*reading_action)(void);
static volatile sig_atomic_t second_kills;
static int wake[2] = {-1, -1};

static void put(char byte) {
    int saved = errno;
    if (wake[1] >= 0 && write(wake[1], &byte, 1) < 0) {
        /* The pipe is full of signals that nobody has read: one more says nothing new. */
    }
    errno = saved;
}

static void on_interrupt(int number) {
    if (is_reading) {
        put(SIGNAL_INTERRUPT);
        return;
    }
    if (second_kills && was_interrupted) {
        signal(number, SIG_DFL);
        raise(number);
    }
    was_interrupted = has_stopped = 1;
    if (interrupt_action) interrupt_action();
}

bool cline_take_stop(void) {
    bool has = has_stopped;
    if (has) has_stopped = 0;
    return has;
}

static void on_terminal_signal(int number) {
    if (number == SIGWINCH) {
        put(SIGNAL_RESIZE);
        return;
    }
    last_signal = number;
    was_pressed = 0;
    put(number == SIGTSTP ? SIGNAL_SUSPEND : SIGNAL_END);
}

static void handle(int number, void (*handler)(int), struct sigaction *old) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, old);
}

static void open_pipe(void) {
    if (wake[0] >= 0 || pipe(wake) != 0) return;
    for (int end = 0; end < 2; end++) {
        fcntl(wake[end], F_SETFD, FD_CLOEXEC);
        fcntl(wake[end], F_SETFL, fcntl(wake[end], F_GETFL) | O_NONBLOCK);
    }
}

void cline_catch_interrupt(void (*action)(void), bool kills) {
    open_pipe();
    interrupt_action = action;
    second_kills = kills;
    handle(SIGINT, on_interrupt, NULL);
}

/* Ctrl-Z during work. */
static void on_stop(int number) {
    int saved = errno;
    bool works = modes_are_work() && modes_are_ours();
    if (works) modes_usual();
    struct sigaction ours;
    handle(number, SIG_DFL, &ours);
    sigset_t this, before_it;
    sigemptyset(&this);
    sigaddset(&this, number);
    raise(number);
    /* Here it stops. */
    pthread_sigmask(SIG_UNBLOCK, &this, &before_it);
    pthread_sigmask(SIG_SETMASK, &before_it, NULL);
    sigaction(number, &ours, NULL);
    if (works && modes_are_ours()) {
        modes_return();
        modes_work();
    }
    errno = saved;
}

void cline_catch_stop(void) {
    struct sigaction before_us;
    if (sigaction(SIGTSTP, NULL, &before_us) != 0 || before_us.sa_handler == SIG_IGN) return;
    handle(SIGTSTP, on_stop, NULL);
}

void cline_when_reading(void (*action)(void)) { reading_action = action; }

bool cline_was_interrupted(void) { return was_interrupted; }

void cline_die_of_interrupt(void) {
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);
}

/* The terminal's signals besides SIGINT, and what they did before a line was read. */
static const int terminal_signals[] = {SIGWINCH, SIGTSTP, SIGTERM, SIGHUP};
enum { TERMINAL_SIGNALS = sizeof terminal_signals / sizeof *terminal_signals };
static struct sigaction before[TERMINAL_SIGNALS];
static bool catches_all;

void cline_begin_reading(bool all) {
    open_pipe();
    catches_all = all;
    for (int i = 0; all && i < TERMINAL_SIGNALS; i++) handle(terminal_signals[i], on_terminal_signal, &before[i]);
    is_reading = 1;
    if (reading_action) reading_action();
}

void cline_end_reading(void) {
    is_reading = 0;
    for (int i = 0; catches_all && i < TERMINAL_SIGNALS; i++) sigaction(terminal_signals[i], &before[i], NULL);
}

void cline_interrupt_work(void) {
    was_interrupted = 1;
    if (interrupt_action) interrupt_action();
}

void cline_take_late_interrupt(void) {
    char byte;
    bool was_sent = false;
    while (wake[0] >= 0 && read(wake[0], &byte, 1) == 1)
        if (byte == SIGNAL_INTERRUPT) was_sent = true;
    if (was_sent) cline_interrupt_work();
}

cline_signal cline_wait_signal(void) {
    struct pollfd sources[2] = {{.fd = wake[0], .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    while (poll(sources, 2, -1) < 0)
        if (errno != EINTR && errno != EAGAIN) return SIGNAL_NONE;
    char byte;
    if (wake[0] >= 0 && read(wake[0], &byte, 1) == 1) return (cline_signal)byte;
    return SIGNAL_NONE;
}

void cline_press_signal(int number) {
    last_signal = number;
    was_pressed = 1;
}

void cline_pass_on(void) {
    int number = last_signal;
    struct sigaction ours;
    handle(number, SIG_DFL, &ours);
    if (was_pressed) kill(0, number);
    else raise(number);
    /* Here again after SIGCONT. */
    sigaction(number, &ours, NULL);
}

cline_status cline_wait(void) {
    cline_begin_reading(false);
    cline_signal signal = cline_wait_signal();
    cline_end_reading();
    return signal == SIGNAL_INTERRUPT ? CLINE_INTERRUPTED : CLINE_LINE;
}
