package io.agentfense.docker;

import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.Sandbox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Files of accounts for containers: those of the image, and the sandbox's user, who would have no name otherwise. What an
 * image says is asked for once. Thread-safe.
 */
final class Accounts {
    static final String USERS = "/etc/passwd";
    static final String GROUPS = "/etc/group";

    /** Of an image's file no more than this is taken. */
    private static final int MOST_BYTES = 1 << 20;

    private static final int MOST_IMAGES = 1000;

    private final Engine engine;
    private final ConcurrentHashMap<String, String> known = new ConcurrentHashMap<>();

    Accounts(Engine engine) {
        this.engine = engine;
    }

    /** The file of users for a container that is made and not started. */
    String users(String imageId, String container, HostUser user) throws IOException {
        return ofImage(imageId, container, USERS)
                + "agent:x:%d:%d:agent:%s:/bin/sh\n".formatted(user.uid(), user.gid(), Sandbox.WORKSPACE);
    }

    /** The file of groups for it. */
    String groups(String imageId, String container, HostUser user) throws IOException {
        return ofImage(imageId, container, GROUPS) + "agent:x:%d:\n".formatted(user.gid());
    }

    private String ofImage(String imageId, String container, String path) throws IOException {
        String key = imageId + path;
        String text = known.get(key);
        if (text == null) {
            text = read(container, path);
            if (known.size() >= MOST_IMAGES) {
                known.clear();
            }
            known.put(key, text);
        }
        return text;
    }

    private String read(String container, String path) throws IOException {
        try {
            return engine.ask(it -> {
                try (InputStream archive =
                        it.copyArchiveFromContainerCmd(container, path).exec()) {
                    return text(archive);
                }
            });
        } catch (EngineException e) {
            if (e.isNotFound()) {
                return "";
            }
            throw e;
        }
    }

    /** Its one file; what is none, such as a link, has no text. */
    private static String text(InputStream archive) throws IOException {
        TarArchiveInputStream entries = new TarArchiveInputStream(archive);
        TarArchiveEntry file = entries.getNextEntry();
        if (file == null || !file.isFile()) {
            return "";
        }
        String text = new String(entries.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }
}
