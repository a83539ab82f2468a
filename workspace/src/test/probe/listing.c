/* Reading directories, as raw as they come. */
#include "probe.h"
#include <dirent.h>

#define BLOCK 32768

struct entry {
    unsigned long long inode;
    long long next;
    unsigned short length;
    unsigned char type;
    char name[];
};

/* What is done with each entry; zero to go on. */
typedef int visitor(const struct entry *entry, void *state);

static long visit(int fd, size_t block, visitor *visit, void *state)
{
    char buffer[BLOCK];
    for (;;) {
        long length = syscall(SYS_getdents64, fd, buffer, block);
        if (length <= 0)
            return length;
        for (long at = 0; at < length;) {
            struct entry *entry = (struct entry *)(buffer + at);
            if (visit(entry, state))
                return 0;
            at += entry->length;
        }
    }
}

static int open_directory(char *word)
{
    struct where at = where(word);
    return openat(at.directory, *at.path ? at.path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int print_raw(const struct entry *entry, void *state)
{
    (void)state;
    putchar(' ');
    escape(stdout, entry->name, strlen(entry->name));
    printf(",%u,%lld,#%d", entry->type, entry->next, nth_inode(entry->inode));
    return 0;
}

/* dents PATH: every entry in order, with type, offset and inode number */
static void do_dents(char **words)
{
    int fd = open_directory(words[0]);
    if (fd < 0) {
        failed();
        return;
    }
    fputs("OK", stdout);
    visit(fd, BLOCK, print_raw, NULL);
    putchar('\n');
    close(fd);
}

struct names {
    char **list;
    size_t count, room;
};

static int collect(const struct entry *entry, void *state)
{
    struct names *names = state;
    if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0)
        return 0;
    if (names->count == names->room) {
        names->room = names->room ? names->room * 2 : 64;
        names->list = realloc(names->list, names->room * sizeof *names->list);
    }
    names->list[names->count++] = strdup(entry->name);
    return 0;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

/* ls PATH: the names, sorted */
static void do_ls(char **words)
{
    struct names names = {0};
    int fd = open_directory(words[0]);
    long result = fd < 0 ? -1 : visit(fd, BLOCK, collect, &names);
    if (result < 0) {
        failed();
    } else {
        qsort(names.list, names.count, sizeof *names.list, by_bytes);
        fputs("OK", stdout);
        for (size_t i = 0; i < names.count; i++) {
            putchar(' ');
            escape(stdout, names.list[i], strlen(names.list[i]));
        }
        putchar('\n');
    }
    if (fd >= 0)
        close(fd);
    release(&names);
}

/* count PATH [BLOCK]: how many entries, and how many different ones, read in blocks of a size */
static void do_count(char **words)
{
    struct names names = {0};
    size_t different = 0;
    int fd = open_directory(words[0]);
    long result = fd < 0 ? -1 : visit(fd, words[1] ? (size_t)number(words[1]) : BLOCK, collect, &names);
    qsort(names.list, names.count, sizeof *names.list, by_bytes);
    for (size_t i = 0; i < names.count; i++)
        different += i == 0 || strcmp(names.list[i], names.list[i - 1]) != 0;
    if (result < 0)
        failed();
    else
        ok("%zu %zu", names.count, different);
    if (fd >= 0)
        close(fd);
    release(&names);
}

/* positions PATH: goes back to each position that telldir gave and sees whether the same name follows */
static void do_positions(char **words)
{
    enum { MOST = 4096 };
    static long positions[MOST];
    static char *names[MOST];
    int count = 0, wrong = 0;
    DIR *directory = opendir(words[0]);
    if (!directory) {
        failed();
        return;
    }
    for (struct dirent *entry; positions[count] = telldir(directory), (entry = readdir(directory)) && count < MOST - 1;)
        names[count++] = strdup(entry->d_name);
    for (int i = count - 1; i >= 0; i--) {
        seekdir(directory, positions[i]);
        struct dirent *entry = readdir(directory);
        wrong += !entry || strcmp(entry->d_name, names[i]) != 0;
        free(names[i]);
    }
    ok("%d entries, %d wrong", count, wrong);
    closedir(directory);
}

/* clear PATH: unlinks each entry while the directory is being read */
static void do_clear(char **words)
{
    int removed = 0;
    DIR *directory = opendir(words[0]);
    if (!directory) {
        failed();
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory));)
        removed += entry->d_type != DT_DIR && unlinkat(dirfd(directory), entry->d_name, 0) == 0;
    ok("%d", removed);
    closedir(directory);
}

/* make PATH COUNT: that many files in a directory */
static void do_make(char **words)
{
    int fd = open_directory(words[0]);
    char name[32];
    for (long i = 0; fd >= 0 && i < number(words[1]); i++) {
        snprintf(name, sizeof name, "f%ld", i);
        int file = openat(fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (file < 0) {
            failed();
            close(fd);
            return;
        }
        close(file);
    }
    settle(fd);
    if (fd >= 0)
        close(fd);
}

const struct verb listing_verbs[] = {
    {"dents", 1, do_dents}, {"ls", 1, do_ls}, {"count", 1, do_count}, {"positions", 1, do_positions},
    {"clear", 1, do_clear}, {"make", 2, do_make}, {0},
};
