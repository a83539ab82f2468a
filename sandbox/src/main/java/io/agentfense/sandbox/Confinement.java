package io.agentfense.sandbox;

import io.agentfense.linux.cgroup.Cgroup;
import java.util.Map;

/**
 * What a runtime has made for the processes of one sandbox.
 *
 * @param cgroup what they use, and may; closed with the sandbox
 * @param environment variables that every command has unless it brings its own
 * @param enclosure what is around them
 * @param capabilities that commands have within their own user namespace, a bit each as the kernel numbers them; 0 for none
 */
public record Confinement(Cgroup cgroup, Map<String, String> environment, Enclosure enclosure, long capabilities) {
    /** One without any capability. */
    public Confinement(Cgroup cgroup, Map<String, String> environment, Enclosure enclosure) {
        this(cgroup, environment, enclosure, 0);
    }
}
