package io.agentfense.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem.ProgressDetail;
import io.agentfense.sandbox.StartException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One pull of an image, which tells how far it has come. Confined to the thread that the engine's answers come on. */
final class Pull extends ResultCallback.Adapter<PullResponseItem> {
    private static final long MEGABYTE = 1_000_000;

    private final String image;
    private final Consumer<String> progress;
    private final Map<String, Long> done = new HashMap<>();
    private final Map<String, Long> whole = new HashMap<>();
    private volatile @Nullable String error;
    private volatile @Nullable Throwable broken;
    private String told = "";

    private Pull(String image, Consumer<String> progress) {
        this.image = image;
        this.progress = progress;
    }

    /**
     * Pulls an image and waits for it.
     *
     * @param login for its registry; null for none
     * @throws StartException if it can't be had, with what its registry said
     */
    static void run(DockerClient client, String image, @Nullable AuthConfig login, Consumer<String> progress)
            throws IOException {
        Pull pull = new Pull(image, progress);
        progress.accept("pulling the image " + image);
        try {
            client.pullImageCmd(image).withAuthConfig(login).exec(pull).awaitCompletion();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("the pull of " + image + " was cut short", e);
        }
        pull.check();
    }

    private void check() throws StartException {
        if (error != null) {
            throw failure(error);
        }
        if (broken != null) {
            throw failure(String.valueOf(
                    broken instanceof DockerException refused
                            ? EngineException.refused(refused).getMessage()
                            : broken.getMessage()));
        }
    }

    /** Told to who waits, not to the log as the inherited one does. */
    @Override
    public void onError(Throwable failure) {
        broken = failure;
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private StartException failure(String reason) {
        return new StartException("the image " + image + " can't be pulled: " + reason
                + "; check its name, the network of this host, and docker login for a private registry");
    }

    @Override
    public void onNext(PullResponseItem item) {
        if (item.isErrorIndicated()) {
            error = item.getErrorDetail() == null
                    ? "no reason given"
                    : String.valueOf(item.getErrorDetail().getMessage());
            return;
        }
        ProgressDetail detail = item.getProgressDetail();
        if (item.getId() == null || detail == null || detail.getTotal() == null || detail.getCurrent() == null) {
            return;
        }
        if ("Downloading".equals(item.getStatus())) {
            done.put(item.getId(), detail.getCurrent());
            whole.put(item.getId(), detail.getTotal());
            tell();
        }
    }

    private void tell() {
        String now =
                "pulling the image " + image + ": " + sum(done) / MEGABYTE + " of " + sum(whole) / MEGABYTE + " MB";
        if (!now.equals(told)) {
            told = now;
            progress.accept(now);
        }
    }

    private static long sum(Map<String, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
