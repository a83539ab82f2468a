package io.agentfense.server.sandbox;

import io.agentfense.audit.format.NameText;
import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Transfer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A process of a sandbox, as the host sees it. All its texts are the sandbox's own, hostile ones too; bytes that are no
 * text are kept, see {@link NameText}. Its environment is not read: it may hold secrets.
 *
 * @param pid on the host
 * @param stat the line of {@code /proc/PID/stat}, see proc(5)
 * @param arguments of its command, cut at 64 KiB
 * @param executable what it runs, as a path inside; empty if that can't be told
 * @param directory in which it is, as a path inside; empty if that can't be told
 */
public record GuestProcess(int pid, String stat, List<String> arguments, String executable, String directory) {
    private static final byte[] NAMESPACE = "ns/pid".getBytes(StandardCharsets.US_ASCII);

    /** The processes of these ids, as far as they are in the process namespace of the first. */
    static List<GuestProcess> of(List<Integer> pids) {
        List<GuestProcess> found = new ArrayList<>();
        byte[] namespace = {};
        for (int pid : pids) {
            try {
                // The directory stays this process's: a number that is somebody else's by now leads nowhere.
                int directory = HostPath.open("/proc/" + pid, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
                try {
                    byte[] own = At.readlink(directory, NAMESPACE);
                    namespace = found.isEmpty() && namespace.length == 0 ? own : namespace;
                    if (Arrays.equals(own, namespace)) {
                        found.add(read(pid, directory));
                    }
                } finally {
                    Descriptor.close(directory);
                }
            } catch (LinuxException e) {
                // It has ended.
            }
        }
        return found;
    }

    private static GuestProcess read(int pid, int directory) throws LinuxException {
        String stat = NameText.of(content(directory, "stat")).strip();
        String line = NameText.of(content(directory, "cmdline"));
        List<String> arguments = line.isEmpty()
                ? List.of()
                : Arrays.asList((line.endsWith("\0") ? line.substring(0, line.length() - 1) : line).split("\0", -1));
        return new GuestProcess(pid, stat, arguments, link(directory, "exe"), link(directory, "cwd"));
    }

    private static byte[] content(int directory, String name) throws LinuxException {
        int fd = (int) LinuxException.check(
                "read " + name, Beneath.open(directory, name.getBytes(StandardCharsets.US_ASCII), OpenFlags.O_RDONLY));
        try {
            byte[] piece = new byte[Transfer.MAX_BYTES];
            int length = (int) LinuxException.check("read " + name, Transfer.read(fd, piece));
            return Arrays.copyOf(piece, length);
        } finally {
            Descriptor.close(fd);
        }
    }

    private static String link(int directory, String name) {
        try {
            return NameText.of(At.readlink(directory, name.getBytes(StandardCharsets.US_ASCII)));
        } catch (LinuxException e) {
            return "";
        }
    }
}
