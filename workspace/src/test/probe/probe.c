/* The loop, the words, the answers. */
#include "probe.h"
#include <ctype.h>
#include <stdarg.h>

#define MAX_WORDS 16
#define MAX_INODES 65536

static int slots[26];
static unsigned long long inodes[MAX_INODES];
static int inode_count;

static const struct verb *const tables[] = {
    attribute_verbs, data_verbs, listing_verbs, name_verbs, process_verbs, race_verbs,
};

void ok(const char *format, ...)
{
    va_list arguments;
    fputs(format ? "OK " : "OK", stdout);
    va_start(arguments, format);
    if (format)
        vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

void failed(void)
{
    const char *name = strerrorname_np(errno);
    puts(name ? name : "UNKNOWN");
}

void settle(long result)
{
    if (result < 0)
        failed();
    else
        ok(NULL);
}

void counted(long result)
{
    if (result < 0)
        failed();
    else
        ok("%ld", result);
}

void escape(FILE *out, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c > ' ' && c < 127 && c != '\\')
            putc(c, out);
        else
            fprintf(out, "\\x%02x", c);
    }
}

void bytes_ok(const char *data, size_t length)
{
    fputs("OK ", stdout);
    escape(stdout, data, length);
    putchar('\n');
}

int nth_inode(unsigned long long inode)
{
    for (int i = 0; i < inode_count; i++)
        if (inodes[i] == inode)
            return i + 1;
    if (inode_count == MAX_INODES)
        abort();
    inodes[inode_count] = inode;
    return ++inode_count;
}

const char *type_name(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "directory";
    case S_IFLNK: return "link";
    case S_IFIFO: return "fifo";
    case S_IFSOCK: return "socket";
    case S_IFCHR: return "character";
    case S_IFBLK: return "block";
    default: return "nothing";
    }
}

static int index_of(const char *word)
{
    if (!islower((unsigned char)word[0])) {
        fprintf(stderr, "probe: '%s' is no letter of a descriptor\n", word);
        exit(2);
    }
    return word[0] - 'a';
}

int slot(const char *word)
{
    return slots[index_of(word)] - 1;
}

void keep(const char *word, int fd)
{
    int at = index_of(word);
    if (slots[at])
        close(slots[at] - 1);
    slots[at] = fd + 1;
}

struct where where(char *word)
{
    if (islower((unsigned char)word[0]) && word[1] == ':')
        return (struct where){slot(word), word + 2};
    return (struct where){AT_FDCWD, word};
}

long number(const char *word)
{
    return strtol(word, NULL, 0);
}

size_t unescape(char *word)
{
    char *to = word;
    for (char *from = word; *from; to++) {
        unsigned byte;
        if (from[0] == '\\' && from[1] == 'x' && sscanf(from + 2, "%2x", &byte) == 1) {
            *to = (char)byte;
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = 0;
    return (size_t)(to - word);
}

int open_flags(char *word)
{
    static const struct {
        const char *name;
        int flag;
    } known[] = {
        {"RDONLY", O_RDONLY}, {"WRONLY", O_WRONLY}, {"RDWR", O_RDWR}, {"ACCMODE", O_ACCMODE}, {"CREAT", O_CREAT},
        {"EXCL", O_EXCL}, {"TRUNC", O_TRUNC}, {"APPEND", O_APPEND}, {"DIRECTORY", O_DIRECTORY},
        {"NOFOLLOW", O_NOFOLLOW}, {"PATH", O_PATH}, {"TMPFILE", O_TMPFILE}, {"DIRECT", O_DIRECT},
        {"NONBLOCK", O_NONBLOCK}, {"NOATIME", O_NOATIME}, {"SYNC", O_SYNC},
    };
    int flags = 0;
    for (char *name = strtok(word, "|"); name; name = strtok(NULL, "|")) {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(known[i].name, name) != 0)
            i++;
        if (i == sizeof known / sizeof *known) {
            fprintf(stderr, "probe: no open flag '%s'\n", name);
            exit(2);
        }
        flags |= known[i].flag;
    }
    return flags;
}

static void run(char *line)
{
    char *words[MAX_WORDS + 1] = {0};
    int count = 0;
    for (char *word = strtok(line, " "); word && count < MAX_WORDS; word = strtok(NULL, " "))
        words[count++] = word;
    for (int i = 1; i < count; i++)
        unescape(words[i]);
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct verb *verb = tables[t]; verb->name; verb++)
            if (strcmp(verb->name, words[0]) == 0 && count > verb->words) {
                verb->run(words + 1);
                return;
            }
    fprintf(stderr, "probe: cannot do '%s' with %d words\n", words[0], count - 1);
    exit(2);
}

int main(int count, char **arguments)
{
    /* "-e" repeats each operation before its answer, for transcripts. */
    int echo = count > 1 && strcmp(arguments[1], "-e") == 0;
    static char line[65536];
    setvbuf(stdout, NULL, _IOLBF, 1 << 16);
    umask(022);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == 0 || line[0] == '#')
            continue;
        if (echo)
            printf("%s -> ", line);
        /* A filesystem that hangs must not hang the tests. */
        alarm(120);
        run(line);
        fflush(stdout);
    }
    return 0;
}
