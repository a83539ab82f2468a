/*
 * Outputs of commands that have ended, but left processes that still write. Process 1 reads them and drops what it
 * reads, so that they neither get SIGPIPE nor wait for a reader.
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int drains[MAX_DRAINS];
static size_t count;

void add_drain(int output)
{
    fcntl(output, F_SETFL, O_NONBLOCK);
    if (count == MAX_DRAINS) {
        close(drains[0]);
        memmove(drains, drains + 1, --count * sizeof *drains);
    }
    drains[count++] = output;
}

size_t watch_drains(struct pollfd *polled)
{
    for (size_t i = 0; i < count; i++)
        polled[i] = (struct pollfd){.fd = drains[i], .events = POLLIN};
    return count;
}

/* Reads what there is, once, so that a flood does not keep process 1 from others. */
static void drain(size_t index)
{
    static char dropped[64 * 1024];
    ssize_t length = read(drains[index], dropped, sizeof dropped);
    if (length > 0 || (length < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    close(drains[index]);
    drains[index] = drains[--count];
}

void read_drains(const struct pollfd *polled, size_t number)
{
    /* From the last on: a closed one is replaced by the last. */
    for (size_t i = number; i-- > 0;)
        if (polled[i].revents)
            drain(i);
}

void close_drains(void)
{
    for (size_t i = 0; i < count; i++)
        close(drains[i]);
}
