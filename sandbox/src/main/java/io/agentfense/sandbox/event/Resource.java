package io.agentfense.sandbox.event;

/** What a sandbox can have too much of, with its unit. */
public enum Resource {
    /** Bytes; one of its processes was killed since there was no more. */
    MEMORY("memory_bytes"),
    /** Microseconds of each 100 ms; its processes had to wait for most of the time. */
    CPU("cpu_quota"),
    /** Processes and threads; one could not be started. */
    PROCESSES("pids_limit"),
    /** Bytes of the delta; a write was refused. */
    DISK("disk_bytes"),
    /** Descriptors of one process. */
    OPEN_FILES("nofile"),
    /** Bytes of one command's output; what came after them was dropped. */
    OUTPUT("output_bytes"),
    /** Seconds that one command may take; it was killed. */
    TIME("timeout"),
    /** Seconds that the sandbox may run; it was stopped. */
    RUNTIME("max_runtime");

    private final String key;

    Resource(String key) {
        this.key = key;
    }

    /** Its name in requests and events. */
    public String key() {
        return key;
    }
}
