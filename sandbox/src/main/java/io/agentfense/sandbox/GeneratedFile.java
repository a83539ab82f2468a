package io.agentfense.sandbox;

import io.agentfense.egress.credential.SandboxCredentials;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of a sandbox's /etc that is not the host's.
 *
 * @param path where it appears
 * @param content what it holds
 */
record GeneratedFile(String path, String content) {
    /** The files of a sandbox. */
    static List<GeneratedFile> of(SandboxSpec spec) {
        List<GeneratedFile> files = new ArrayList<>(ofEvery(spec.hostname()));
        spec.authorities().ifPresent(pem -> files.add(new GeneratedFile(SandboxCredentials.AUTHORITIES, pem)));
        return files;
    }

    /** Only the hostname differs. */
    private static List<GeneratedFile> ofEvery(String hostname) {
        return List.of(
                new GeneratedFile("/etc/passwd", """
                        agent:x:1000:1000:agent:/workspace:/bin/sh
                        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                        """),
                new GeneratedFile("/etc/group", """
                        agent:x:1000:
                        nogroup:x:65534:
                        """),
                new GeneratedFile("/etc/hosts", """
                        127.0.0.1 localhost
                        ::1 localhost
                        127.0.1.1 %s
                        """.formatted(hostname)),
                new GeneratedFile("/etc/nsswitch.conf", """
                        passwd: files
                        group: files
                        hosts: files dns
                        services: files
                        protocols: files
                        """),
                // Nobody answers there but the name server that a network policy brings.
                new GeneratedFile("/etc/resolv.conf", """
                        nameserver 127.0.0.1
                        """));
    }

    byte[] bytes() {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
