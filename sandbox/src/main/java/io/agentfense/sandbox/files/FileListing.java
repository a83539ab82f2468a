package io.agentfense.sandbox.files;

import java.util.List;

/**
 * A part of what is in a directory, in the order of the bytes of the names, each directory before what is in it.
 *
 * @param entries at most as many as asked for
 * @param more whether there are others after the last
 */
public record FileListing(List<FileEntry> entries, boolean more) {}
