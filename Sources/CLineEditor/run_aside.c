#include "cline_editor.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

/* What the keys of the terminal send to all programs that run in front. */
static const int keys[] = {SIGINT, SIGQUIT};
enum { KEYS = sizeof keys / sizeof *keys };

static bool run(const char *path, char *const *arguments) {
    posix_spawnattr_t attributes;
    if (posix_spawnattr_init(&attributes) != 0) return false;
    /* What is ignored stays so in a new program, unless it is told otherwise. */
    sigset_t usual;
    sigemptyset(&usual);
    for (size_t i = 0; i < KEYS; i++) sigaddset(&usual, keys[i]);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t process;
    int failure = posix_spawn(&process, path, NULL, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    if (failure) return false;
    int status;
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR) return false;
    return status == 0;
}

bool cline_run_aside(const char *path, char *const *arguments) {
    struct sigaction ignored, before[KEYS];
    memset(&ignored, 0, sizeof ignored);
    ignored.sa_handler = SIG_IGN;
    for (size_t i = 0; i < KEYS; i++) sigaction(keys[i], &ignored, &before[i]);
    bool has_succeeded = run(path, arguments);
    for (size_t i = 0; i < KEYS; i++) sigaction(keys[i], &before[i], NULL);
    return has_succeeded;
}
