package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Starts programs with {@code posix_spawn(3)}, which, unlike fork, costs the same from a large process as from a small
 * one, and unlike ProcessBuilder hands over descriptors. Thread-safe.
 *
 * <p>All functions are called in the one shape of {@link Syscall}: C ignores arguments it does not take, and a further
 * shape would cost ten milliseconds.
 */
final class Spawn {
    /** {@code sizeof(posix_spawn_file_actions_t)} is 80 in glibc; more does no harm. */
    private static final int FILE_ACTIONS_BYTES = 256;

    private static final int F_DUPFD_CLOEXEC = 1030;

    private static final MethodHandle POSIX_SPAWN = function("posix_spawn");
    private static final MethodHandle INIT = function("posix_spawn_file_actions_init");
    private static final MethodHandle ADD_DUP2 = function("posix_spawn_file_actions_adddup2");
    private static final MethodHandle DESTROY = function("posix_spawn_file_actions_destroy");

    private Spawn() {}

    private static MethodHandle function(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.captureCallState("errno"));
    }

    /**
     * Starts a program with an empty environment. Its descriptors 0, 1, 2 and so on are copies of those given; others
     * of this process that are not close-on-exec are inherited too.
     *
     * @param arguments the absolute path of the program, then its arguments
     * @return the process id of the child, which the caller has to wait for
     * @throws LinuxException ENOENT, EACCES, EAGAIN, ENOMEM
     */
    static int start(List<String> arguments, int... descriptors) throws LinuxException {
        int[] sources = new int[descriptors.length];
        try (Arena arena = Arena.ofConfined()) {
            moveOutOfTheWay(descriptors, sources);
            return start(arena, arguments, sources);
        } finally {
            for (int i = 0; i < sources.length; i++) {
                if (sources[i] != descriptors[i]) {
                    Descriptor.close(sources[i]);
                }
            }
        }
    }

    /** A source whose number is one of the targets would be overwritten before its turn. */
    private static void moveOutOfTheWay(int[] descriptors, int[] sources) throws LinuxException {
        System.arraycopy(descriptors, 0, sources, 0, sources.length);
        for (int i = 0; i < sources.length; i++) {
            if (descriptors[i] < descriptors.length) {
                // SAFETY: no memory is passed.
                sources[i] = (int) LinuxException.check(
                        "fcntl(F_DUPFD_CLOEXEC)",
                        Syscall.call(Syscall.FCNTL, descriptors[i], F_DUPFD_CLOEXEC, descriptors.length));
            }
        }
    }

    private static int start(Arena arena, List<String> arguments, int[] sources) throws LinuxException {
        MemorySegment actions = arena.allocate(FILE_ACTIONS_BYTES, 16);
        check("posix_spawn_file_actions_init", call(INIT, actions.address(), 0, 0, 0, 0, 0));
        try {
            for (int target = 0; target < sources.length; target++) {
                check(
                        "posix_spawn_file_actions_adddup2",
                        call(ADD_DUP2, actions.address(), sources[target], target, 0, 0, 0));
            }
            MemorySegment pid = arena.allocate(JAVA_INT);
            MemorySegment argv = strings(arena, arguments);
            MemorySegment envp = strings(arena, List.of());
            long program = argv.get(ADDRESS, 0).address();
            check(
                    "start " + arguments.getFirst(),
                    call(POSIX_SPAWN, pid.address(), program, actions.address(), 0, argv.address(), envp.address()));
            return pid.get(JAVA_INT, 0);
        } finally {
            call(DESTROY, actions.address(), 0, 0, 0, 0, 0);
        }
    }

    /** A NULL-terminated array of NUL-terminated strings. */
    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(ADDRESS, strings.size() + 1);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        return array;
    }

    /** Calls a function that answers with an error number, by up to six arguments. */
    private static int call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try {
            // SAFETY: each caller passes what the function's manual page asks for, in the arena until after the call.
            // The functions return an int: the upper half of the register is undefined.
            return (int) (long) function.invokeExact(Scratch.get().errno, a, b, c, d, e, f, 0L);
        } catch (Throwable t) {
            throw new AssertionError("C functions cannot throw", t);
        }
    }

    private static void check(String action, int error) throws LinuxException {
        LinuxException.check(action, -error);
    }
}
