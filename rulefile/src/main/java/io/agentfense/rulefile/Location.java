package io.agentfense.rulefile;

import java.io.Serializable;

/**
 * A place in a file.
 *
 * @param file its name as the user gave it
 * @param line from 1
 * @param column from 1, in UTF-16 units as editors count
 */
public record Location(String file, int line, int column) implements Serializable {
    /** {@code FILE:LINE:COLUMN}, which editors and terminals know how to open. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
