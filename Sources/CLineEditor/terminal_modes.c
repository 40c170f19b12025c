#include "terminal_modes.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static struct termios usual;
static bool is_known;
static volatile sig_atomic_t works;

static void set(tcflag_t off, tcflag_t input_off) {
    if (!is_known) return;
    struct termios terminal = usual;
    terminal.c_lflag &= ~off;
    terminal.c_iflag &= ~input_off;
    if (off & ICANON) {
        terminal.c_cc[VMIN] = 1;
        terminal.c_cc[VTIME] = 0;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
}

static int waiting_input = -1;

/* The flag belongs to what was opened: set for standard input, it would be the shell's too. */
static void open_waiting_input(void) {
    char path[256];
    if (ttyname_r(STDIN_FILENO, path, sizeof path) != 0) return;
    waiting_input = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int modes_waiting_input(void) { return waiting_input; }

void modes_start(void) {
    is_known = tcgetattr(STDIN_FILENO, &usual) == 0;
    usual.c_lflag |= ECHO;
    if (is_known) {
        guard_start();
        open_waiting_input();
    }
    modes_edit();
}

void modes_edit(void) {
    works = 0;
    set(ICANON | IEXTEN, IXON);
}

void modes_work(void) {
    works = 1;
    set(ICANON | IEXTEN | ECHO, 0);
    modes_tell();
}

void modes_usual(void) {
    works = 0;
    set(0, 0);
}

bool modes_are_work(void) { return works; }

void modes_return(void) {
    struct termios terminal;
    if (!is_known || tcgetattr(STDIN_FILENO, &terminal) != 0) return;
    tcflag_t needed = ICANON | ECHO;
    if ((terminal.c_lflag & needed) == needed) usual = terminal;
}

bool modes_are_ours(void) { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

void modes_tell(void) {
    struct termios terminal;
    if (is_known && tcgetattr(STDIN_FILENO, &terminal) == 0) guard_tell(&usual, &terminal);
}
