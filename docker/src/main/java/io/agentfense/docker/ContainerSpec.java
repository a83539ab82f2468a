package io.agentfense.docker;

import java.util.Map;

/**
 * What a container is made of, beside what every sandbox is.
 *
 * @param image what it shows of a system: a name with a tag or digest, as {@code docker pull} takes it
 * @param network the name of an engine's network; {@link #NO_NETWORK} for a loopback and nothing else
 * @param readOnlyRoot whether the image's files can't be changed; else changes live as long as the container
 * @param ociRuntime what starts its processes, by the engine's name for it; empty for the engine's default
 * @param root whether its processes are root of a user namespace, on an engine that maps users; else an ordinary user
 * @param labels by which containers of one maker are found again
 */
public record ContainerSpec(
        String image,
        String network,
        boolean readOnlyRoot,
        String ociRuntime,
        boolean root,
        Map<String, String> labels) {
    /** The network of which there is none. */
    public static final String NO_NETWORK = "none";

    /** Without tag and digest, an image's name means its latest, as docker run takes it. */
    public ContainerSpec {
        int name = image.lastIndexOf('/') + 1;
        if (image.indexOf('@') < 0 && image.indexOf(':', name) < 0) {
            image = image + ":latest";
        }
        labels = Map.copyOf(labels);
    }

    /** Nothing but an image: no network, nothing to be changed. */
    public static ContainerSpec of(String image) {
        return new ContainerSpec(image, NO_NETWORK, true, "", false, Map.of());
    }

    /** The same with labels. */
    public ContainerSpec withLabels(Map<String, String> newLabels) {
        return new ContainerSpec(image, network, readOnlyRoot, ociRuntime, root, newLabels);
    }

    /** The same in a network of the engine's. */
    public ContainerSpec withNetwork(String name) {
        return new ContainerSpec(image, name, readOnlyRoot, ociRuntime, root, labels);
    }

    /** The same with another program that starts its processes. */
    public ContainerSpec withOciRuntime(String name) {
        return new ContainerSpec(image, network, readOnlyRoot, name, root, labels);
    }

    /** The same, with files of the image that can be changed or not. */
    public ContainerSpec withReadOnlyRoot(boolean readOnly) {
        return new ContainerSpec(image, network, readOnly, ociRuntime, root, labels);
    }

    /** The same, with processes that are root inside or not. */
    public ContainerSpec withRoot(boolean isRoot) {
        return new ContainerSpec(image, network, readOnlyRoot, ociRuntime, isRoot, labels);
    }
}
