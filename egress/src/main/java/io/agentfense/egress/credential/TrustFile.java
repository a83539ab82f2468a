package io.agentfense.egress.credential;

/**
 * A file of a sandbox by which its programs know whom to trust.
 *
 * @param path where it appears
 * @param content what it holds; not to be changed
 */
public record TrustFile(String path, byte[] content) {}
