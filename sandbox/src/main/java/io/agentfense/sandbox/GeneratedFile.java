package io.agentfense.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of a sandbox's /etc that is not the host's.
 *
 * @param path where it appears
 * @param bytes what it holds; not to be changed
 */
record GeneratedFile(String path, byte[] bytes) {
    private GeneratedFile(String path, String content) {
        this(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** The files of a sandbox. */
    static List<GeneratedFile> of(SandboxSpec spec) {
        List<GeneratedFile> files = new ArrayList<>(ofEvery(spec.hostname()));
        spec.trust().forEach(file -> files.add(new GeneratedFile(file.path(), file.content())));
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
}
