/* Files whose names match a glob, and the lines in them that hold a text or match an expression. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SHOWN = 1000, MAX_DEPTH = 512 };

struct search {
    struct file_job *job;
    regex_t expression;
    bool *more;
};

static void put_match(struct search *search, const char *path, uint64_t line, const char *text, size_t length)
{
    if (search->job->request.limit == 0) {
        *search->more = true;
        return;
    }
    search->job->request.limit--;
    struct file_match match = {line, strlen(path), length < MAX_SHOWN ? length : MAX_SHOWN};
    put_record(RECORD_MATCH, &match, sizeof match, path, match.path_length, text, match.line_length);
}

static bool line_matches(struct search *search, const char *line, size_t length)
{
    const char *wanted = search->job->third;
    if (!(search->job->request.flags & FILE_REGEX))
        return memmem(line, length, wanted, strlen(wanted)) != NULL;
    regmatch_t whole = {0, length};
    return regexec(&search->expression, line, 1, &whole, REG_STARTEND) == 0;
}

static void search_lines(struct search *search, const char *path, const char *text, size_t size)
{
    const char *end = text + size;
    uint64_t number = 1;
    for (const char *line = text; line < end && !*search->more; number++) {
        const char *newline = memchr(line, '\n', end - line);
        size_t length = (newline ? newline : end) - line;
        if (line_matches(search, line, length))
            put_match(search, path, number, line, length);
        line += length + 1;
    }
}

/* A file that is too large, or can't be read, has no lines that match. */
static void search_content(struct search *search, int directory, const char *name, const char *path)
{
    struct stat stat;
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) && (uint64_t)stat.st_size <= search->job->request.length) {
        char *text = malloc(stat.st_size + 1);
        size_t size = 0;
        for (ssize_t got; text && size < (size_t)stat.st_size
                          && (got = read(fd, text + size, stat.st_size - size)) > 0;)
            size += got;
        if (text)
            search_lines(search, path, text, size);
        free(text);
    }
    close(fd);
}

static void search_below(struct search *search, int directory, const char *prefix, int depth)
{
    struct listing listing;
    if (!list_names(directory, &listing))
        return;
    for (size_t i = 0; i < listing.count && !*search->more; i++) {
        char path[8192];
        const char *name = listing.names[i], *glob = search->job->second;
        struct stat stat;
        if (snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", name) >= (int)sizeof path
            || fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (*glob == '\0' || fnmatch(glob, strchr(glob, '/') ? path : name, FNM_PATHNAME) == 0) {
            if (*search->job->third == '\0')
                put_match(search, path, 0, "", 0);
            else if (S_ISREG(stat.st_mode))
                search_content(search, directory, name, path);
        }
        int child = S_ISDIR(stat.st_mode) && depth < MAX_DEPTH
                        ? openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        if (child >= 0) {
            search_below(search, child, path, depth + 1);
            close(child);
        }
    }
    free_listing(&listing);
}

int search_files(struct file_job *job, bool *more)
{
    struct search search = {.job = job, .more = more};
    int flags = REG_EXTENDED | REG_NEWLINE;
    if (job->request.flags & FILE_REGEX && regcomp(&search.expression, job->third, flags) != 0)
        return EINVAL;
    int directory = open_beneath(job, job->path, O_RDONLY | O_DIRECTORY);
    if (directory < 0)
        return errno;
    search_below(&search, directory, "", 0);
    return 0;
}
