/*
 * Changes below a directory, as they come. Each directory has a watch of its own (inotify(7)); one that appears is
 * watched from then on, and what is in it by then is told as having appeared, so that nothing is missed, though
 * something may be told twice.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { MAX_DEPTH = 512 };
static const uint32_t EVENTS = IN_CREATE | IN_DELETE | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM
                               | IN_MOVED_TO | IN_ONLYDIR;

/* Watch descriptors count from 1; a path is relative to what is watched. */
static char **paths;
static size_t path_count;
static int inotify;

static void put_event(enum event_flag what, bool directory, const char *path)
{
    struct file_event event = {.what = what, .directory = directory, .path_length = strlen(path)};
    put_record(RECORD_EVENT, &event, sizeof event, path, event.path_length, NULL, 0);
}

static bool remember(int watch, const char *path)
{
    if ((size_t)watch >= path_count) {
        char **grown = reallocarray(paths, watch * 2 + 16, sizeof *grown);
        if (!grown)
            return false;
        memset(grown + path_count, 0, (watch * 2 + 16 - path_count) * sizeof *grown);
        paths = grown;
        path_count = watch * 2 + 16;
    }
    free(paths[watch]);
    return (paths[watch] = strdup(path)) != NULL;
}

/* An error ends the watch only at its root: what is below may vanish at any time. */
static int watch_below(int directory, const char *prefix, int depth, bool told)
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    int watch = inotify_add_watch(inotify, link, EVENTS);
    struct listing listing;
    if (watch < 0 || !remember(watch, prefix) || !list_names(directory, &listing))
        return errno;
    int error = 0;
    for (size_t i = 0; i < listing.count && error != ENOSPC; i++) {
        char path[8192];
        struct stat stat;
        if (snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", listing.names[i]) >= (int)sizeof path
            || fstatat(directory, listing.names[i], &stat, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (told)
            put_event(EVENT_APPEARED, S_ISDIR(stat.st_mode), path);
        int child = S_ISDIR(stat.st_mode) && depth < MAX_DEPTH
                        ? openat(directory, listing.names[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        if (child >= 0) {
            error = watch_below(child, path, depth + 1, told);
            close(child);
        }
    }
    free_listing(&listing);
    return error == ENOSPC ? error : 0;
}

static int tell(struct file_job *job, const struct inotify_event *event)
{
    char path[8192], whole[16384];
    if (event->mask & IN_Q_OVERFLOW)
        put_event(EVENT_OVERFLOW, false, "");
    if (event->wd < 0 || (size_t)event->wd >= path_count || !paths[event->wd] || event->len == 0)
        return 0;
    const char *above = paths[event->wd];
    if (snprintf(path, sizeof path, "%s%s%s", above, *above ? "/" : "", event->name) >= (int)sizeof path)
        return 0;
    bool directory = event->mask & IN_ISDIR, appeared = event->mask & (IN_CREATE | IN_MOVED_TO);
    bool vanished = event->mask & (IN_DELETE | IN_MOVED_FROM);
    put_event(appeared ? EVENT_APPEARED : vanished ? EVENT_VANISHED : EVENT_CHANGED, directory, path);
    if (!directory || !appeared)
        return 0;
    snprintf(whole, sizeof whole, "%s%s%s", job->path, *job->path ? "/" : "", path);
    int child = open_beneath(job, whole, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    int error = child < 0 ? 0 : watch_below(child, path, 0, true);
    close(child);
    return error == ENOSPC ? error : 0;
}

int watch_files(struct file_job *job)
{
    static char buffer[64 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
    int directory = open_beneath(job, job->path, O_RDONLY | O_DIRECTORY);
    inotify = inotify_init1(IN_CLOEXEC);
    if (directory < 0 || inotify < 0)
        return errno;
    int error = watch_below(directory, "", 0, false);
    put_event(EVENT_READY, false, "");
    while (error == 0) {
        flush_records();
        struct pollfd polled[] = {{.fd = inotify, .events = POLLIN}, {.fd = STDOUT_FILENO, .events = 0}};
        if (poll(polled, 2, -1) < 0)
            continue;
        if (polled[1].revents)
            _exit(0); /* nobody listens any more */
        ssize_t length = read(inotify, buffer, sizeof buffer);
        for (ssize_t at = 0; at < length && error == 0;) {
            const struct inotify_event *event = (const void *)(buffer + at);
            error = tell(job, event);
            at += sizeof *event + event->len;
        }
    }
    return error;
}
