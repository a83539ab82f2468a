package io.agentfense.ignore;

/**
 * Why a path is left out.
 *
 * @param source what says so: the path of an ignore file, or what {@link IgnorePatterns#of} was given
 * @param pattern as it stands there
 */
public record Ignored(String source, String pattern) {}
