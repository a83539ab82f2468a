package io.agentfense.sandbox.event;

/** What a sandbox can have too much of, with its unit. */
public enum Resource {
    /** Bytes of memory; one of its processes was killed since there was no more. */
    MEMORY("memory_bytes"),
    /** Microseconds of each 100 ms; its processes had to wait for most of the time. */
    CPU("cpu_quota"),
    /** Processes and threads; one could not be started. */
    PROCESSES("pids_limit"),
    /** Bytes of the delta; a write was refused. */
    DISK("disk_bytes"),
    /** Descriptors of one process; it has as many as it may. */
    OPEN_FILES("nofile"),
    /** Bytes of one output of one command; what came after them was dropped. */
    OUTPUT("output_bytes"),
    /** Milliseconds that one command may take; it was killed. */
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
