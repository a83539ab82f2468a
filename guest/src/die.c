#include "guest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Noreturn void die(const char *what)
{
    if (errno != 0)
        dprintf(STDERR_FILENO, "agentfense-guest: %s: %s\n", what, strerror(errno));
    else
        dprintf(STDERR_FILENO, "agentfense-guest: %s\n", what);
    _exit(125);
}
