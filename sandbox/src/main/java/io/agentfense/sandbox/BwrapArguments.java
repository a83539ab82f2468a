package io.agentfense.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns what a sandbox is made of into the options of {@code bwrap(1)}, in their order, and does nothing else.
 *
 * <p>They are passed by descriptor, not on the command line, so that no path of the host can be read from the sandbox's
 * first process.
 */
final class BwrapArguments {
    /** Where the workspace appears in a sandbox. */
    static final String WORKSPACE = Sandbox.WORKSPACE;

    /** Where the launch mode of the guest puts the workspace, under root; guest/src/launch.c names it too. */
    static final Path STAGED_WORKSPACE = Path.of("/tmp/workspace");

    /** The uid and gid inside. */
    private static final String ID = "1000";

    private final List<String> arguments = new ArrayList<>();

    private BwrapArguments() {}

    /**
     * The options.
     *
     * @param spec what the sandbox is made of
     * @param system what it shows of the host
     * @param guest the descriptor, in bubblewrap, of the guest program
     * @param generated the descriptors, in bubblewrap, of the contents of {@link GeneratedFile#of}, in that order
     */
    static List<String> of(SandboxSpec spec, SystemFiles system, int guest, List<Integer> generated) {
        BwrapArguments builder = new BwrapArguments();
        builder.namespaces(spec.hostname());
        builder.system(system);
        builder.generatedFiles(GeneratedFile.of(spec), generated);
        builder.kernelFilesystems(system.masked());
        builder.temporary(spec.temporaryBytes());
        builder.workspace(spec.user().isOwn() ? STAGED_WORKSPACE : spec.workspace());
        builder.add("--perms", "0555", "--file", Integer.toString(guest), GuestProgram.INSIDE);
        builder.add("--remount-ro", "/dev");
        builder.add("--remount-ro", "/");
        return List.copyOf(builder.arguments);
    }

    private void add(String... words) {
        for (String word : words) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an option of bubblewrap can't hold the character NUL");
            }
            arguments.add(word);
        }
    }

    private void namespaces(String hostname) {
        add("--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-net", "--unshare-ipc");
        add("--unshare-uts", "--unshare-cgroup");
        add("--uid", ID, "--gid", ID, "--hostname", hostname);
        add("--cap-drop", "ALL", "--new-session", "--as-pid-1");
    }

    private void system(SystemFiles system) {
        readOnly(Path.of("/usr"));
        for (SystemFiles.Link link : system.links()) {
            add("--symlink", link.target().toString(), link.path().toString());
        }
        for (Path directory : system.directories()) {
            readOnly(directory);
        }
        add("--dir", "/etc", "--dir", "/etc/ssl");
        for (Path setting : system.settings()) {
            readOnly(setting);
        }
    }

    private void readOnly(Path path) {
        add("--ro-bind", path.toString(), path.toString());
    }

    private void generatedFiles(List<GeneratedFile> files, List<Integer> descriptors) {
        for (int i = 0; i < files.size(); i++) {
            add("--perms", "0444", "--file", Integer.toString(descriptors.get(i)));
            add(files.get(i).path());
        }
    }

    private void kernelFilesystems(List<Path> masked) {
        add("--proc", "/proc");
        for (Path file : masked) {
            add("--ro-bind", "/dev/null", file.toString());
        }
        add("--dev", "/dev");
    }

    private void temporary(long bytes) {
        String size = Long.toString(bytes);
        add("--perms", "1777", "--size", size, "--tmpfs", "/dev/shm");
        add("--perms", "1777", "--size", size, "--tmpfs", "/tmp");
        add("--dir", "/run", "--dir", "/var");
        add("--symlink", "/tmp", "/var/tmp", "--symlink", "/run", "/var/run");
    }

    private void workspace(Path source) {
        add("--bind", source.toString(), WORKSPACE);
        add("--chdir", "/");
    }
}
