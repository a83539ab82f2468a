package io.agentfense.client;

import io.agentfense.api.ours.v1.DownloadReportRequest;
import io.agentfense.api.ours.v1.IsolateSandboxRequest;
import io.agentfense.api.ours.v1.ListIncidentsRequest;
import io.agentfense.api.ours.v1.ReleaseSandboxRequest;
import io.agentfense.api.ours.v1.ReportChunk;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What to do with a sandbox that may have been taken over. For administrators, but for the list and reports, which auditors
 * have too; others get a {@link PermissionDeniedException}. Reasons are for people, in the audit log. Thread-safe.
 */
public final class Incidents {
    private final Remote remote;

    Incidents(Remote remote) {
        this.remote = remote;
    }

    /**
     * Isolates a sandbox: nothing is begun in it any more, its connections end, its processes stand still, and what it wrote is
     * not committed. May be repeated.
     *
     * @throws InvalidStateException if its processes can't be frozen or keep a network; all else is in force then
     */
    public Incident isolate(String sandboxId, String reason) {
        return isolate(sandboxId, reason, false);
    }

    /** The same, which ends its processes where they can't be frozen or keep a network. */
    public Incident isolateOrKill(String sandboxId, String reason) {
        return isolate(sandboxId, reason, true);
    }

    private Incident isolate(String sandboxId, String reason, boolean kill) {
        IsolateSandboxRequest request = IsolateSandboxRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setReason(reason)
                .setKill(kill)
                .build();
        return of(remote.call(
                Subject.sandbox("isolate sandbox", sandboxId),
                () -> remote.incidents().isolateSandbox(request)));
    }

    /**
     * Ends an isolation: its processes go on.
     *
     * @throws InvalidStateException if it is not isolated
     */
    public SandboxInfo release(String sandboxId, String reason) {
        ReleaseSandboxRequest request = ReleaseSandboxRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setReason(reason)
                .build();
        return SandboxMessages.of(remote.call(
                Subject.sandbox("release sandbox", sandboxId),
                () -> remote.incidents().releaseSandbox(request)));
    }

    /** The sandboxes that are isolated now. */
    public List<Incident> list() {
        ListIncidentsRequest request = ListIncidentsRequest.getDefaultInstance();
        return remote
                .call(Subject.server("list incidents"), () -> remote.incidents().listIncidents(request))
                .getIncidentsList()
                .stream()
                .map(Incidents::of)
                .toList();
    }

    /**
     * Writes all there is to know of a sandbox, also of one that is gone, as one archive (tar.gz), with as much of the files that
     * it wrote as the server usually gives.
     *
     * @throws IOException if the stream fails
     */
    public void report(String sandboxId, String reason, OutputStream to) throws IOException {
        report(sandboxId, reason, 0, to);
    }

    /**
     * The same with other bounds.
     *
     * @param maxBytes of the content of files that it wrote; those that are too many are left out, and listed
     * @throws IOException if the stream fails
     */
    public void report(String sandboxId, String reason, long maxBytes, OutputStream to) throws IOException {
        DownloadReportRequest request = DownloadReportRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setReason(reason)
                .setMaxBytes(maxBytes)
                .build();
        try (Answers<ReportChunk> answers = remote.answers(
                Subject.sandbox("download report", sandboxId),
                remote.incidentStreams().downloadReport(request))) {
            for (ReportChunk piece = answers.next(); piece != null; piece = answers.next()) {
                piece.getData().writeTo(to);
            }
        }
    }

    private static Incident of(io.agentfense.api.ours.v1.Incident incident) {
        return new Incident(
                SandboxMessages.of(incident.getSandbox()),
                Times.of(incident.getIsolatedAt()),
                incident.getIsolatedBy(),
                incident.getReason(),
                switch (incident.getProcesses()) {
                    case FROZEN -> Incident.Processes.FROZEN;
                    case KILLED -> Incident.Processes.KILLED;
                    case NONE -> Incident.Processes.NONE;
                    case PROCESSES_UNSPECIFIED, UNRECOGNIZED ->
                        throw Unknown.value("state of processes", incident.getProcessesValue());
                });
    }
}
