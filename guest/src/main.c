/* Two programs in one file, so that one descriptor brings both: see launch.c and init.c. */
#include "guest.h"

#include <string.h>

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "launch") == 0)
        return launch(argv + 2);
    if (argc == 2 && strcmp(argv[1], "init") == 0)
        init();
    die("usage: agentfense-guest launch|init");
}
