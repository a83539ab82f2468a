package io.agentfense.docker;

import com.github.dockerjava.api.model.Capability;
import java.util.Map;
import java.util.TreeMap;

/**
 * What root of a container may do: what installers of packages need, within the container's own user namespace, and no more.
 * Stateless.
 */
final class RootPrivileges {
    /** By their numbers in the kernel's capability.h. */
    private static final Map<Capability, Integer> OF_COMMANDS = new TreeMap<>(Map.of(
            Capability.CHOWN, 0,
            Capability.DAC_OVERRIDE, 1,
            Capability.FOWNER, 3,
            Capability.FSETID, 4,
            Capability.SETGID, 6,
            Capability.SETUID, 7,
            Capability.SETFCAP, 31));

    private RootPrivileges() {}

    /** Those of commands, a bit each. */
    static long ofCommands() {
        return OF_COMMANDS.values().stream().mapToLong(number -> 1L << number).sum();
    }

    /** Those of process 1, which has to end commands that became another user. It gives no command that (guest/src/root.c). */
    static Capability[] ofContainer() {
        Capability[] all = OF_COMMANDS.keySet().toArray(new Capability[OF_COMMANDS.size() + 1]);
        all[OF_COMMANDS.size()] = Capability.KILL;
        return all;
    }
}
