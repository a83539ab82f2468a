package io.agentfense.server.codebase;

/**
 * What an upload brought.
 *
 * @param path as the upload named it
 * @param md5 of the whole file, in hexadecimal
 * @param sha256 of the whole file, in hexadecimal
 * @param secrets credentials in it
 */
public record UploadResult(
        String codebaseId, String path, long size, String md5, String sha256, UploadedSecrets secrets) {}
