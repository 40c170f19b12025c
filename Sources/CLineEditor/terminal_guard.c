#include "terminal_modes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Both in one write, which a pipe does not divide. */
typedef struct { struct termios usual, now; } message;

static int to_guard = -1;

static bool is_still(const struct termios *told) {
    struct termios now;
    if (tcgetattr(STDIN_FILENO, &now) != 0) return false;
    return now.c_iflag == told->c_iflag && now.c_oflag == told->c_oflag && now.c_lflag == told->c_lflag
        && memcmp(now.c_cc, told->c_cc, sizeof now.c_cc) == 0;
}

/* Only what a signal handler may call: other threads of the program may have been anywhere. */
static void watch(int source) {
    enum { OTHERS_MILLISECONDS = 100 };
    message last, next;
    bool was_told = false;
    ssize_t count;
    while ((count = read(source, &next, sizeof next)) != 0) {
        if (count != (ssize_t)sizeof next) continue;
        last = next;
        was_told = true;
    }
    if (!was_told || !is_still(&last.now)) return;
    /* A shell with line editing puts the terminal back by itself, and goes on to its prompt. */
    poll(NULL, 0, OTHERS_MILLISECONDS);
    if (is_still(&last.now)) tcsetattr(STDIN_FILENO, TCSANOW, &last.usual);
}

void guard_start(void) {
    int ends[2];
    if (pipe(ends) != 0) return;
    pid_t process = fork();
    if (process == 0) {
        /* It ends when the pipe does, and by nothing else; nor may the terminal stop it. */
        static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE};
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_IGN);
        for (int other = STDERR_FILENO + 1; other < 256; other++)
            if (other != ends[0]) close(other);
        close(STDOUT_FILENO);
        close(STDERR_FILENO);
        watch(ends[0]);
        _exit(0);
    }
    close(ends[0]);
    if (process < 0) {
        close(ends[1]);
        return;
    }
    to_guard = ends[1];
    fcntl(to_guard, F_SETFD, FD_CLOEXEC);
    fcntl(to_guard, F_SETFL, fcntl(to_guard, F_GETFL) | O_NONBLOCK);
}

void guard_tell(const struct termios *usual, const struct termios *now) {
    message told = {.usual = *usual, .now = *now};
    if (to_guard >= 0 && write(to_guard, &told, sizeof told) < 0) {
        /* It has ended: the terminal then stays as a killed program leaves it. */
    }
}
