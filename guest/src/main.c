/* Six programs in one file, so that one descriptor brings all: see template.c, launch.c, network.c, init.c (contact.c),
 * canary.c and files.c. */
#include "files.h"
#include "guest.h"

#include <string.h>

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "launch") == 0)
        return launch(argv + 2);
    if (argc >= 2 && strcmp(argv[1], "template") == 0)
        return template(argv + 2);
    if (argc == 3 && strcmp(argv[1], "network") == 0)
        return network(argv[2]);
    if (argc == 2 && strcmp(argv[1], "init") == 0)
        init();
    if (argc == 3 && strcmp(argv[1], "init") == 0) {
        call_host(argv[2]);
        init();
    }
    if (argc == 2 && strcmp(argv[1], "files") == 0)
        files();
    if (argc >= 2 && strcmp(argv[1], "canary") == 0)
        canary(argv + 2);
    die("usage: agentfense-guest template|launch|network|init [SOCKET]|canary|files");
}
