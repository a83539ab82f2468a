package io.agentfense.server.store;

/**
 * Which part of a listing is wanted.
 *
 * @param size the most items; 0 for all
 * @param token of the page before; empty for the first
 */
public record PageRequest(int size, String token) {
    /** Everything at once. */
    public static final PageRequest ALL = new PageRequest(0, "");

    /** Refuses a negative size. */
    public PageRequest {
        if (size < 0) {
            throw new IllegalArgumentException("page_size must not be negative; 0 is all");
        }
    }
}
