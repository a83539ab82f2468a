#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The next NUL-terminated string, or NULL if none ends before `end`. */
static char *next_string(char **position, char *end)
{
    char *string = *position;
    char *nul = memchr(string, '\0', end - string);
    if (nul)
        *position = nul + 1;
    return nul ? string : NULL;
}

static char **next_strings(size_t count, char **position, char *end)
{
    char **strings = calloc(count + 1, sizeof *strings);
    for (size_t i = 0; strings && i < count; i++)
        if (!(strings[i] = next_string(position, end)))
            return NULL;
    return strings;
}

static bool malformed(void)
{
    errno = EBADMSG;
    return false;
}

bool read_request(int fd, struct request *request)
{
    struct stat stat;
    if (fstat(fd, &stat) != 0)
        return false;
    size_t size = stat.st_size;
    if (size < sizeof(struct request_header) || size > REQUEST_MAX_BYTES)
        return malformed();
    char *bytes = malloc(size);
    if (!bytes || pread(fd, bytes, size, 0) != (ssize_t)size)
        return bytes ? malformed() : false;

    struct request_header header;
    memcpy(&header, bytes, sizeof header);
    if (header.magic != REQUEST_MAGIC || header.arguments < 1 || header.arguments > REQUEST_MAX_STRINGS
        || header.variables > REQUEST_MAX_STRINGS)
        return malformed();
    char *position = bytes + sizeof header, *end = bytes + size;
    request->directory = next_string(&position, end);
    if (!request->directory)
        return malformed();
    request->arguments = next_strings(header.arguments, &position, end);
    if (!request->arguments)
        return malformed();
    request->environment = next_strings(header.variables, &position, end);
    return request->environment && position == end ? true : malformed();
}
