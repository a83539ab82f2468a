package io.agentfense.server.store;

/** A page token that this server did not give out. */
public final class PageTokenException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Says so, without repeating the token. */
    public PageTokenException() {
        super("page_token is not one that an answer of this server held; leave it out to begin anew");
    }
}
