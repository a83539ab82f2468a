/* Many at once. Each race makes a fixed number of rounds, so its length depends on nothing. */
#include "probe.h"
#include <linux/openat2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static atomic_int running;
static atomic_long seen, tried;
static char *path, *other;
static long rounds;

static void together(void *(*workers[])(void *), int count)
{
    pthread_t threads[16];
    running = 1;
    seen = tried = 0;
    for (long i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, workers[i], (void *)i) != 0)
            abort();
    pthread_join(threads[0], NULL);
    running = 0;
    for (int i = 1; i < count; i++)
        pthread_join(threads[i], NULL);
}

/* Turns PATH from a directory into a link to OTHER and back. */
static void *flip(void *unused)
{
    char aside[4096];
    (void)unused;
    snprintf(aside, sizeof aside, "%s.aside", path);
    for (long i = 0; i < rounds; i++) {
        if (rename(path, aside) == 0 && symlink(other, path) == 0 && unlink(path) == 0 && rename(aside, path) == 0)
            continue;
        atomic_fetch_add(&seen, 1000000);
        break;
    }
    return NULL;
}

/* Reads PATH/secret for as long as it flips, and counts what it should not get. */
static void *read_through(void *unused)
{
    char name[4096], content[64];
    (void)unused;
    snprintf(name, sizeof name, "%s/secret", path);
    while (running) {
        int fd = open(name, O_RDONLY | O_CLOEXEC);
        ssize_t length = fd < 0 ? 0 : read(fd, content, sizeof content);
        atomic_fetch_add(&tried, 1);
        if (length >= 6 && memcmp(content, "CANARY", 6) == 0)
            atomic_fetch_add(&seen, 1);
        if (fd >= 0)
            close(fd);
    }
    return NULL;
}

/* flip DIRECTORY OTHER ROUNDS: how often a canary was read through it */
static void do_flip(char **words)
{
    void *(*workers[])(void *) = {flip, read_through, read_through};
    path = words[0], other = words[1], rounds = number(words[2]);
    together(workers, 3);
    ok("%ld", (long)seen);
}

/*
 * stare PATH ROUNDS: opens and reads one path again and again; how often a canary was in it. The kernel is kept from
 * following links here, so whoever followed one was the server.
 */
static void do_stare(char **words)
{
    char content[64];
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS};
    long got = 0;
    for (long i = 0; i < number(words[1]); i++) {
        int fd = syscall(SYS_openat2, AT_FDCWD, words[0], &how, sizeof how);
        ssize_t length = fd < 0 ? 0 : read(fd, content, sizeof content);
        got += length >= 6 && memcmp(content, "CANARY", 6) == 0;
        if (fd >= 0)
            close(fd);
    }
    ok("%ld", got);
}

static atomic_int errnos[256];

static void note(long result)
{
    if (result < 0)
        atomic_fetch_add(&errnos[errno & 255], 1);
}

static void *create_and_unlink(void *number)
{
    for (long i = 0; i < rounds; i++) {
        int fd = open(path, O_WRONLY | O_CREAT | ((long)number % 2 ? O_EXCL : 0) | O_CLOEXEC, 0644);
        note(fd);
        if (fd >= 0) {
            note(write(fd, "x", 1));
            close(fd);
        }
        note(unlink(path));
    }
    return NULL;
}

/* contend PATH ROUNDS: four create and unlink one name; which errnos there were, and whether it is there at the end */
static void do_contend(char **words)
{
    void *(*workers[])(void *) = {create_and_unlink, create_and_unlink, create_and_unlink, create_and_unlink};
    path = words[0], rounds = number(words[1]);
    memset(errnos, 0, sizeof errnos);
    together(workers, 4);
    fputs("OK", stdout);
    for (int i = 1; i < 256; i++)
        if (errnos[i])
            printf(" %s", strerrorname_np(i));
    printf(" %s\n", access(path, F_OK) == 0 ? "there" : "gone");
}

static long size;

/* Writes one letter at the start of each of PATH0, PATH1, ... */
static void *first_write(void *which)
{
    char name[4096];
    for (long i = 0; i < rounds; i++) {
        snprintf(name, sizeof name, "%s%ld", path, i);
        int fd = open(name, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || pwrite(fd, (long)which ? "B" : "A", 1, 0) != 1)
            atomic_fetch_add(&seen, 1);
        close(fd);
    }
    return NULL;
}

static int whole(const char *name)
{
    static _Thread_local char content[1 << 20];
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(fd, content, sizeof content);
    close(fd);
    if (length != size || !strchr("ABo", content[0]))
        return 0;
    for (ssize_t i = 1; i < length; i++)
        if (content[i] != 'o')
            return 0;
    return 1;
}

static void *read_whole(void *unused)
{
    char name[4096];
    (void)unused;
    for (long i = 0; running; i = (i + 1) % rounds) {
        snprintf(name, sizeof name, "%s%ld", path, i);
        if (!whole(name))
            atomic_fetch_add(&seen, 1);
    }
    return NULL;
}

/* copyup PATH COUNT SIZE: two write to each file first, one reads; how often something was torn or refused */
static void do_copyup(char **words)
{
    char name[4096];
    void *(*workers[])(void *) = {first_write, first_write, read_whole};
    path = words[0], rounds = number(words[1]), size = number(words[2]);
    together(workers, 3);
    for (long i = 0; i < rounds; i++) {
        snprintf(name, sizeof name, "%s%ld", path, i);
        seen += !whole(name);
    }
    ok("%ld", (long)seen);
}

/* Walks a directory again and again. */
static void *look_up(void *number)
{
    char name[4096];
    struct stat stat;
    for (long i = 0; i < rounds; i++) {
        snprintf(name, sizeof name, "%s/%ld-%ld", path, (long)number, i % 64);
        note(lstat(name, &stat));
        note(lstat(path, &stat));
    }
    return NULL;
}

/* storm PATH ROUNDS: twelve threads ask for names; which errnos there were */
static void do_storm(char **words)
{
    void *(*workers[12])(void *);
    for (int i = 0; i < 12; i++)
        workers[i] = look_up;
    path = words[0], rounds = number(words[1]);
    memset(errnos, 0, sizeof errnos);
    together(workers, 12);
    fputs("OK", stdout);
    for (int i = 1; i < 256; i++)
        if (errnos[i])
            printf(" %s", strerrorname_np(i));
    putchar('\n');
}

const struct verb race_verbs[] = {
    {"flip", 3, do_flip}, {"stare", 2, do_stare}, {"contend", 2, do_contend}, {"copyup", 3, do_copyup}, {"storm", 2, do_storm}, {0},
};
