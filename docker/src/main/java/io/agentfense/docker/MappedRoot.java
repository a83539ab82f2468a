package io.agentfense.docker;

import com.github.dockerjava.api.model.Info;
import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who root of containers is on this host, on an engine that maps users ({@code dockerd --userns-remap}). All its containers have
 * the same users, each in a namespace of its own.
 *
 * @param uid never 0
 * @param gid never 0
 */
record MappedRoot(long uid, long gid) {
    private static final Pattern DATA = Pattern.compile(".*/([1-9][0-9]{0,9})\\.([1-9][0-9]{0,9})");

    /**
     * That of an engine.
     *
     * @throws StartException if it maps no users, with what to do
     */
    static MappedRoot of(Info info) throws StartException {
        List<String> options = info.getSecurityOptions();
        // An engine that maps users keeps its data in a directory that is named for root's.
        Matcher directory = DATA.matcher(String.valueOf(info.getDockerRootDir()));
        if (options == null || !options.contains("name=userns") || !directory.matches()) {
            throw new StartException(
                    "the Docker Engine maps no users, and root of its containers would be root of the host;"
                            + " start it with dockerd --userns-remap=default, or \"userns-remap\": \"default\" in"
                            + " /etc/docker/daemon.json");
        }
        return new MappedRoot(Long.parseLong(directory.group(1)), Long.parseLong(directory.group(2)));
    }

    /** The same as a sandbox's user. */
    HostUser user() {
        return HostUser.mapped(uid, gid);
    }

    /**
     * Makes sure, before anything runs in a container, that its root is the one it should be.
     *
     * @param pid its process 1, as this host has it
     * @throws StartException if it is not
     */
    static void check(int pid, HostUser user) throws IOException {
        check(pid, "uid_map", user.uid());
        check(pid, "gid_map", user.gid());
    }

    private static void check(int pid, String map, long root) throws IOException {
        boolean found = false;
        for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(pid), map))) {
            String[] range = line.strip().split(" +", 3);
            if (Long.parseLong(range[1]) == 0) {
                throw new StartException("root of the container would be root of the host");
            }
            found |= range[0].equals("0") && Long.parseLong(range[1]) == root;
        }
        if (!found) {
            throw new StartException("root of the container is not whom the Docker Engine named");
        }
    }
}
