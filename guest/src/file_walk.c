/* Directories: listed with what is below them, in an order in which a listing can be taken up again, and removed. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_DEPTH = 512 };

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool list_names(int directory, struct listing *listing)
{
    *listing = (struct listing){NULL, 0};
    int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);
    if (!stream)
        return false;
    struct dirent *entry;
    while ((entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if ((listing->count & (listing->count - 1)) == 0) {
            size_t room = listing->count == 0 ? 1 : listing->count * 2;
            char **grown = reallocarray(listing->names, room, sizeof *grown);
            if (!grown)
                break;
            listing->names = grown;
        }
        if (!(listing->names[listing->count] = strdup(entry->d_name)))
            break;
        listing->count++;
    }
    closedir(stream);
    if (listing->count > 0)
        qsort(listing->names, listing->count, sizeof *listing->names, by_bytes);
    return true;
}

void free_listing(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        free(listing->names[i]);
    free(listing->names);
}

static int rank(char c)
{
    return c == '\0' ? 0 : c == '/' ? 1 : 1 + (unsigned char)c;
}

/* A directory comes before what is in it, and names in the order of their bytes. */
static int compare_paths(const char *a, const char *b)
{
    for (; *a && *a == *b; a++, b++)
        ;
    return rank(*a) - rank(*b);
}

static bool is_at_or_above(const char *path, const char *other)
{
    size_t length = strlen(path);
    return strncmp(path, other, length) == 0 && (other[length] == '/' || other[length] == '\0');
}

static int list_below(struct file_job *job, int directory, const char *prefix, uint32_t depth, bool *more)
{
    struct listing listing;
    if (!list_names(directory, &listing))
        return errno;
    for (size_t i = 0; i < listing.count && !*more; i++) {
        char path[8192];
        const char *name = listing.names[i];
        struct stat stat;
        if (snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", name) >= (int)sizeof path)
            continue;
        bool seen = *job->second && compare_paths(path, job->second) <= 0;
        if ((seen && !is_at_or_above(path, job->second)) || fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        *more = !seen && job->request.limit == 0;
        if (!seen && !*more) {
            job->request.limit--;
            put_entry(directory, name, path, &stat);
        }
        if (*more || depth <= 1 || !S_ISDIR(stat.st_mode))
            continue;
        int child = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (child >= 0) {
            list_below(job, child, path, depth - 1, more);
            close(child);
        }
    }
    free_listing(&listing);
    return 0;
}

int list_files(struct file_job *job, bool *more)
{
    uint32_t depth = job->request.depth < MAX_DEPTH ? job->request.depth : MAX_DEPTH;
    int directory = open_beneath(job, job->path, O_RDONLY | O_DIRECTORY);
    return directory < 0 ? errno : list_below(job, directory, "", depth, more);
}

static int remove_below(int parent, const char *name)
{
    if (unlinkat(parent, name, 0) == 0)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return errno;
    int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0)
        return errno;
    int error = 0;
    struct listing listing;
    if (!list_names(directory, &listing))
        return errno;
    for (size_t i = 0; i < listing.count && error == 0; i++)
        error = remove_below(directory, listing.names[i]);
    free_listing(&listing);
    close(directory);
    return error == 0 && unlinkat(parent, name, AT_REMOVEDIR) != 0 ? errno : error;
}

int remove_file(struct file_job *job)
{
    const char *name;
    int parent = open_parent(job, job->path, false, &name);
    if (parent < 0)
        return errno;
    if (*name == '\0')
        return EBUSY; /* the root itself */
    if (job->request.flags & FILE_RECURSIVE)
        return remove_below(parent, name);
    if (unlinkat(parent, name, 0) == 0)
        return 0;
    return errno == EISDIR && unlinkat(parent, name, AT_REMOVEDIR) == 0 ? 0 : errno;
}
