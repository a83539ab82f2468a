package io.agentfense.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ulimit;
import io.agentfense.linux.cgroup.ResourceLimits;
import io.agentfense.sandbox.GuestProgram;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns what a sandbox is made of into the engine's request for a container, and does nothing else. */
final class ContainerRequest {
    private static final String CONTROL = "/.agentfense-control";
    private static final long CPU_PERIOD_MICROS = 100_000;

    /** For who sets no limit of their own: no workload needs more, and no container takes the host with it. */
    private static final int PROCESSES = 4096;

    private final SandboxSpec spec;
    private final ContainerSpec container;
    private final Images.Image image;

    ContainerRequest(SandboxSpec spec, ContainerSpec container, Images.Image image) {
        this.spec = spec;
        this.container = container;
        this.image = image;
    }

    /**
     * The request.
     *
     * @param guest the guest program on this host
     * @param place what else the container shows of this host
     */
    CreateContainerCmd on(DockerClient client, Path guest, ContainerPlace place) {
        String user =
                container.root() ? "0:0" : spec.user().uid() + ":" + spec.user().gid();
        return client.createContainerCmd(container.image())
                .withEntrypoint(GuestProgram.INSIDE, "init", CONTROL)
                .withCmd(List.of())
                .withUser(user)
                .withHostName(spec.hostname())
                .withWorkingDir("/")
                .withLabels(container.labels())
                .withHostConfig(host(guest, place));
    }

    private HostConfig host(Path guest, ContainerPlace place) {
        HostConfig host = HostConfig.newHostConfig()
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withPrivileged(false)
                .withIpcMode("private")
                .withNetworkMode(container.network())
                .withReadonlyRootfs(container.readOnlyRoot())
                .withMounts(mounts(guest, place))
                .withTmpFs(temporary())
                .withShmSize(spec.temporaryBytes())
                .withUlimits(List.of(
                        new Ulimit("nofile", (long) spec.openFiles(), (long) spec.openFiles()),
                        new Ulimit("core", 0L, 0L)))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withInit(false);
        limit(host, spec.limits());
        if (container.root()) {
            host.withCapAdd(RootPrivileges.ofContainer());
        } else {
            // An engine that maps users has too few for ours; and ours are nobody else's.
            host.withUsernsMode("host");
        }
        return container.ociRuntime().isEmpty() ? host : host.withRuntime(container.ociRuntime());
    }

    private List<Mount> mounts(Path guest, ContainerPlace place) {
        List<Mount> mounts = new ArrayList<>();
        mounts.add(bind(spec.workspace(), Sandbox.WORKSPACE, false));
        mounts.add(bind(guest, GuestProgram.INSIDE, true));
        mounts.add(bind(place.socket(), CONTROL, true));
        place.files().forEach((inside, file) -> mounts.add(bind(file, inside, true)));
        return mounts;
    }

    private static Mount bind(Path source, String target, boolean readOnly) {
        return new Mount()
                .withType(MountType.BIND)
                .withSource(source.toString())
                .withTarget(target)
                .withReadOnly(readOnly)
                .withBindOptions(new BindOptions().withPropagation(BindPropagation.R_PRIVATE));
    }

    /** What may be written beside the workspace: it is memory, counted and limited as such. */
    private Map<String, String> temporary() {
        Map<String, String> filesystems = new HashMap<>();
        String options = "rw,nosuid,nodev,exec,mode=1777,size=" + spec.temporaryBytes();
        for (String volume : image.volumes()) {
            if (!volume.equals(Sandbox.WORKSPACE)) {
                filesystems.put(volume, options);
            }
        }
        filesystems.put("/tmp", options);
        filesystems.put("/var/tmp", options);
        return filesystems;
    }

    private static void limit(HostConfig host, ResourceLimits limits) {
        host.withPidsLimit((long) limits.processes().orElse(PROCESSES));
        limits.memoryBytes().ifPresent(bytes -> host.withMemory(bytes).withMemorySwap(bytes));
        limits.cpus()
                .ifPresent(cpus ->
                        host.withCpuPeriod(CPU_PERIOD_MICROS).withCpuQuota(Math.round(cpus * CPU_PERIOD_MICROS)));
        limits.cpuShares().ifPresent(host::withCpuShares);
    }
}
