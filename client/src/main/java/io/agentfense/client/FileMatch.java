package io.agentfense.client;

/**
 * Something that a search found.
 *
 * @param path relative to the directory that was searched
 * @param line from 1; 0 for a match of the name alone
 * @param text the line; empty for a match of the name alone
 */
public record FileMatch(String path, int line, String text) {}
