package io.agentfense.server.codebase;

/**
 * What an upload announces.
 *
 * @param path below the codebase's root; directories on the way are made
 * @param totalSize in bytes, checked against what came; 0 for unknown
 * @param mode permission bits up to 0777; 0 for 0644, or 0755 for a file that starts with {@code #!}
 * @param resumeAt how many bytes of an earlier attempt to keep; 0 to begin
 * @param sha256 of the whole file in hexadecimal, checked, and what an upload that was cut short is found by; empty for
 *     one that can't be resumed
 */
public record UploadRequest(String path, long totalSize, int mode, long resumeAt, String sha256) {
    /** A file of which nothing more is known. */
    public static UploadRequest of(String path) {
        return new UploadRequest(path, 0, 0, 0, "");
    }
}
