package io.agentfense.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the fix for what launch or bubblewrap printed before they gave up. */
final class StartFailure {
    private static final Path USERNS_CLONE = Path.of("/proc/sys/kernel/unprivileged_userns_clone");
    private static final Path APPARMOR_USERNS = Path.of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    private static final Path MAX_USERNS = Path.of("/proc/sys/user/max_user_namespaces");

    private StartFailure() {}

    /** The exception for a failed start. */
    static StartException explain(String printed) {
        String said = printed.isBlank() ? "it said nothing" : printed.strip();
        return new StartException("the sandbox did not start: " + said + advice(said));
    }

    private static String advice(String said) {
        if (said.contains("nknown option")) {
            return "\nThis bubblewrap is too old; 0.8.0 or later is needed.";
        }
        if (said.contains("host uid in use")) {
            return "\nA process of an earlier sandbox has not ended yet; try again.";
        }
        if (said.contains("namespace") || said.contains("uid map") || said.contains("Operation not permitted")) {
            return userNamespaceAdvice();
        }
        return "";
    }

    private static String userNamespaceAdvice() {
        if (holds(USERNS_CLONE, "0")) {
            return "\nUser namespaces are off; turn them on: sysctl kernel.unprivileged_userns_clone=1";
        }
        if (holds(MAX_USERNS, "0")) {
            return "\nUser namespaces are off; turn them on: sysctl user.max_user_namespaces=15000";
        }
        if (holds(APPARMOR_USERNS, "1")) {
            return "\nAppArmor restricts user namespaces; allow them for bwrap by a profile, or for all:"
                    + " sysctl kernel.apparmor_restrict_unprivileged_userns=0";
        }
        return "\nIn a container, user namespaces and mounts have to be allowed for it:"
                + " docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
                + " --security-opt systempaths=unconfined ...";
    }

    private static boolean holds(Path setting, String value) {
        try {
            return Files.readString(setting).strip().equals(value);
        } catch (IOException e) {
            return false;
        }
    }
}
