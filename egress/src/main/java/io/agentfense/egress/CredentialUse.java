package io.agentfense.egress;

/**
 * Requests that got a secret and went to the host that it is for.
 *
 * @param secret its name in the policy, never its value
 * @param method as the program sent it; empty, as the path, where there were too many kinds of requests to tell each
 * @param path without the query
 * @param status of the host's answer; 0 if there was none
 * @param count how many within a few seconds
 */
public record CredentialUse(String secret, String host, int port, String method, String path, int status, int count)
        implements EgressEvent {}
