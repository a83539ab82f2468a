/*
 * A hostile program in slow motion: it reads one operation a line, makes the system call, and answers with one line,
 * "OK ..." or the name of the errno. It decides nothing; what should have happened is for the tests to say.
 *
 * A path may begin with "x:", where x is a letter under which a descriptor is kept: it is then relative to that one, and
 * empty means the descriptor itself. "\xHH" stands for any byte.
 */
#ifndef PROBE_H
#define PROBE_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* One operation: its words without the verb, NULL after the last. It answers exactly once. */
typedef void operation(char **words);

struct verb {
    const char *name;
    int words; /* how many it needs at least */
    operation *run;
};

extern const struct verb attribute_verbs[], data_verbs[], listing_verbs[], name_verbs[], process_verbs[], race_verbs[];

/* The answers. */
void ok(const char *format, ...) __attribute__((format(printf, 1, 2))); /* NULL for nothing more */
void failed(void);                                  /* with errno */
void bytes_ok(const char *data, size_t length);     /* "OK" and the bytes, escaped */
void settle(long result);                           /* OK or errno, by the sign of a result */
void counted(long result);                          /* OK and the number, or errno */

/* The words. */
struct where {
    int directory;
    const char *path;
};
struct where where(char *word);
int slot(const char *word);                         /* the descriptor kept under a letter */
void keep(const char *word, int fd);                /* keeps one, and closes what was there */
int open_flags(char *word);
long number(const char *word);
size_t unescape(char *word);

/* Things printed by several. Inode numbers appear as the how-manieth different one they are. */
int nth_inode(unsigned long long inode);
const char *type_name(mode_t mode);
void escape(FILE *out, const char *data, size_t length);

#endif
