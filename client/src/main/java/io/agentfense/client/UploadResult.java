package io.agentfense.client;

import java.util.List;

/**
 * What an upload had. Immutable.
 *
 * @param secrets the first hundred credentials in it, if the server looks for them
 * @param secretCount how many there are in all
 */
public record UploadResult(
        long files, long directories, long links, long bytes, List<FoundSecret> secrets, long secretCount) {
    /** Copies the list. */
    public UploadResult {
        secrets = List.copyOf(secrets);
    }
}
