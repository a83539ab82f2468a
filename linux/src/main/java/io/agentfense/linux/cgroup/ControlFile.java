package io.agentfense.linux.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The files of a group's directory: each holds a value, or lines of a key and a value. */
final class ControlFile {
    private static final OpenOption[] TO_WRITE = {StandardOpenOption.WRITE};

    private ControlFile() {}

    static void write(Path directory, String name, String value) throws CgroupException {
        Path file = directory.resolve(name);
        try {
            Files.write(file, value.getBytes(StandardCharsets.US_ASCII), TO_WRITE);
        } catch (IOException e) {
            throw new CgroupException("cannot write " + value + " to " + file, e);
        }
    }

    /** Writes where it is no harm if the file is not there or refuses. */
    static void tryWrite(Path file, String value) {
        try {
            Files.write(file, value.getBytes(StandardCharsets.US_ASCII), TO_WRITE);
        } catch (IOException e) {
            // The caller does as well without.
        }
    }

    static String read(Path directory, String name) throws IOException {
        return Files.readString(directory.resolve(name), StandardCharsets.US_ASCII)
                .strip();
    }

    /** What a file holds that has to be there, since a limit needs it. */
    static String require(Path directory, String name) throws CgroupException {
        try {
            return read(directory, name);
        } catch (IOException e) {
            throw new CgroupException("cannot read " + directory.resolve(name), e);
        }
    }

    /** Refuses a limit that is higher than it should be, or none: "max", or -1 for processor time of version 1. */
    static void requireAtMost(Path directory, String name, long most) throws CgroupException {
        requireAtMost(directory, name, require(directory, name), most);
    }

    /** The same for a part of what the file holds. */
    static void requireAtMost(Path directory, String name, String value, long most) throws CgroupException {
        boolean holds = value.matches("[0-9]{1,18}") && Long.parseLong(value) <= most;
        if (!holds) {
            throw new CgroupException(
                    "a limit of " + most + " does not hold: " + directory.resolve(name) + " says " + value);
        }
    }

    /** The value of a key in a file of lines "key value"; 0 if the file or the key is not there. */
    static long counter(Path directory, String name, String key) {
        try {
            for (String line : lines(directory.resolve(name))) {
                if (line.startsWith(key) && line.length() > key.length() && line.charAt(key.length()) == ' ') {
                    return Long.parseLong(line.substring(key.length() + 1).strip());
                }
            }
        } catch (IOException | NumberFormatException e) {
            // A counter tells why something failed; without it the failure stands all the same.
        }
        return 0;
    }

    /** The number that a file holds; empty if there is no such file. */
    static OptionalLong number(Path directory, String name) {
        try {
            return OptionalLong.of(Long.parseLong(read(directory, name)));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The ids in a file of members, but for those that this process has no id for; none once the group is gone. */
    static List<Integer> processes(Path file) {
        List<Integer> ids = new ArrayList<>();
        try {
            for (String line : lines(file)) {
                int id = Integer.parseInt(line);
                if (id > 0) {
                    ids.add(id);
                }
            }
        } catch (IOException | NumberFormatException e) {
            return List.of();
        }
        return ids;
    }

    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.US_ASCII);
    }

    /** Makes a group's directory; the kernel fills it. */
    static void makeGroup(Path directory) throws CgroupException {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new CgroupException("cannot create the control group " + directory, e);
        }
    }

    /** Removes a group's directory, which succeeds only without processes in it; tells whether it is gone. */
    static boolean removeGroup(Path directory) {
        // File.delete is rmdir(2); Files.delete would do the same but throw.
        return directory.toFile().delete() || !Files.exists(directory);
    }
}
