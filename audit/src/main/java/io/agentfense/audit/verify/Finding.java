package io.agentfense.audit.verify;

/**
 * Something that is not as it was written.
 *
 * @param file the name of the file in the log's directory
 * @param line the line in it, from 1; 0 if it is about the file as a whole
 * @param message what is wrong with it; quotes nothing of the log
 */
public record Finding(String file, long line, String message) {
    @Override
    public String toString() {
        return line == 0 ? file + ": " + message : file + ":" + line + ": " + message;
    }
}
