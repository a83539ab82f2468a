/*
 * files: one operation on the files of a sandbox, done where its programs do theirs: as its user, in its mounts, under
 * its filter. The host can only believe what any program in the sandbox could have told it.
 */
#include "files.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buffer[2 * MAX_RECORD];
static size_t filled;

void flush_records(void)
{
    for (size_t done = 0; done < filled;) {
        ssize_t written = write(STDOUT_FILENO, buffer + done, filled - done);
        if (written < 0 && errno != EINTR)
            _exit(1); /* nobody listens */
        done += written > 0 ? written : 0;
    }
    filled = 0;
}

static void put(const void *bytes, size_t length)
{
    if (length > 0)
        memcpy(buffer + filled, bytes, length);
    filled += length;
}

void put_record(enum record_kind kind, const void *fixed, size_t fixed_length, const char *a, size_t a_length,
                const char *b, size_t b_length)
{
    struct record_header header = {kind, fixed_length + a_length + b_length};
    if (header.length > MAX_RECORD)
        _exit(1);
    if (filled + sizeof header + header.length > sizeof buffer)
        flush_records();
    put(&header, sizeof header);
    put(fixed, fixed_length);
    put(a, a_length);
    put(b, b_length);
}

void put_entry(int directory, const char *name, const char *shown, const struct stat *stat)
{
    char target[4096];
    ssize_t length = S_ISLNK(stat->st_mode) ? readlinkat(directory, name, target, sizeof target) : 0;
    struct file_entry entry = {
        .mode = stat->st_mode,
        .name_length = strlen(shown),
        .size = stat->st_size,
        .seconds = stat->st_mtim.tv_sec,
        .nanos = stat->st_mtim.tv_nsec,
        .target_length = length < 0 ? 0 : length,
    };
    put_record(RECORD_ENTRY, &entry, sizeof entry, shown, entry.name_length, target, entry.target_length);
}

static void read_fully(void *into, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t got = read(STDIN_FILENO, (char *)into + done, length - done);
        if (got == 0 || (got < 0 && errno != EINTR))
            die("files: no whole request");
        done += got > 0 ? got : 0;
    }
}

static char *read_text(uint32_t length)
{
    char *text = length <= MAX_TEXT ? malloc(length + 1) : NULL;
    if (!text)
        die("files: a text is too long");
    read_fully(text, length);
    text[length] = '\0';
    if (strlen(text) != length)
        die("files: a text holds NUL");
    return text;
}

static int stat_file(struct file_job *job)
{
    const char *name;
    struct stat stat;
    int parent = open_parent(job, job->path, false, &name);
    if (parent < 0 || fstatat(parent, name, &stat, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0)
        return errno;
    put_entry(parent, name, job->path, &stat);
    return 0;
}

static int make_directory(struct file_job *job)
{
    const char *name;
    if (job->request.flags & FILE_PARENTS)
        return make_directories(job, job->path);
    int parent = open_parent(job, job->path, false, &name);
    return parent < 0 || mkdirat(parent, name, job->request.mode & 07777) != 0 ? errno : 0;
}

static int move_file(struct file_job *job)
{
    const char *from_name, *to_name;
    int from = open_parent(job, job->path, false, &from_name);
    int to = from < 0 ? -1 : open_parent(job, job->second, job->request.flags & FILE_PARENTS, &to_name);
    unsigned flags = job->request.flags & FILE_NO_REPLACE ? RENAME_NOREPLACE : 0;
    return to < 0 || renameat2(from, from_name, to, to_name, flags) != 0 ? errno : 0;
}

static int perform(struct file_job *job, bool *more)
{
    switch (job->request.operation) {
    case FILE_STAT:
        return stat_file(job);
    case FILE_LIST:
        return list_files(job, more);
    case FILE_READ:
        return read_content(job);
    case FILE_WRITE:
        return write_content(job);
    case FILE_MKDIR:
        return make_directory(job);
    case FILE_MOVE:
        return move_file(job);
    case FILE_REMOVE:
        return remove_file(job);
    case FILE_SEARCH:
        return search_files(job, more);
    case FILE_WATCH:
        return watch_files(job);
    default:
        return EINVAL;
    }
}

_Noreturn void files(void)
{
    struct file_job job;
    read_fully(&job.request, sizeof job.request);
    if (job.request.magic != FILES_MAGIC)
        die("files: no request");
    job.path = read_text(job.request.first);
    job.second = read_text(job.request.second);
    job.third = read_text(job.request.third);
    job.root = open(job.request.flags & FILE_ANYWHERE ? "/" : "/workspace", O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool more = false;
    int error = job.root < 0 ? errno : perform(&job, &more);
    struct file_end end = {.error = error, .more = more};
    put_record(RECORD_END, &end, sizeof end, NULL, 0, NULL, 0);
    flush_records();
    _exit(0);
}
