package io.agentfense.secret.tree;

/**
 * What a scan of a tree came to, so far or in all.
 *
 * @param files how many were scanned
 * @param bytes how many they had
 * @param binary how many of them were no text, and only looked through for private keys
 * @param ignored files and directories that ignore files and patterns leave out
 * @param notRegular links, which are not followed, and devices, sockets and pipes, which are not opened
 * @param skipped files and directories that were told as skipped
 */
public record TreeCount(long files, long bytes, long binary, long ignored, long notRegular, long skipped) {}
