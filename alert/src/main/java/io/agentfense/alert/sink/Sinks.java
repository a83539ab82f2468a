package io.agentfense.alert.sink;

import io.agentfense.alert.evaluate.AlertChange;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All sinks of a configuration, each with a queue and a thread of its own, so that none waits for another. Thread-safe.
 */
public final class Sinks implements AutoCloseable {
    private final Map<String, SinkQueue> queues;

    private Sinks(Map<String, SinkQueue> queues) {
        this.queues = queues;
    }

    /**
     * Makes them ready to be told, which looks at files and programs and at no other host.
     *
     * @param clock for the times in signatures
     * @throws IOException if a sink can't work as it is configured; says which and why
     */
    public static Sinks open(Map<String, SinkSettings> settings, InstantSource clock) throws IOException {
        return open(settings, clock, Patience.USUAL);
    }

    static Sinks open(Map<String, SinkSettings> settings, InstantSource clock, Patience patience) throws IOException {
        Map<String, SinkQueue> queues = new LinkedHashMap<>();
        List<Sink> opened = new ArrayList<>();
        for (Map.Entry<String, SinkSettings> entry : settings.entrySet()) {
            try {
                Sink sink = sink(entry.getValue().target(), clock);
                opened.add(sink);
                queues.put(
                        entry.getKey(),
                        new SinkQueue(entry.getKey(), entry.getValue().states(), sink, patience));
            } catch (IOException e) {
                opened.forEach(Sink::close);
                throw new IOException("alerts.sinks." + entry.getKey() + ": " + e.getMessage(), e);
            }
        }
        queues.values().forEach(SinkQueue::start);
        return new Sinks(queues);
    }

    private static Sink sink(Target target, InstantSource clock) throws IOException {
        return switch (target) {
            case Target.Log _ -> new LogSink();
            case Target.Webhook webhook -> new WebhookSink(webhook, clock);
            case Target.Mail mail -> new MailSink(mail);
            case Target.Command command -> new CommandSink(command);
        };
    }

    /** Has the sinks of its rule told; never waits. */
    public void tell(AlertChange change) {
        List<String> names = change.alert().rule().sinks();
        queues.forEach((name, queue) -> {
            if (names.isEmpty() || names.contains(name)) {
                queue.offer(change);
            }
        });
    }

    /** How many changes each sink has taken. */
    public Map<String, Long> told() {
        Map<String, Long> told = new LinkedHashMap<>();
        queues.forEach((name, queue) -> told.put(name, queue.told()));
        return told;
    }

    /** How often it failed to tell each sink; a change may be tried more than once. */
    public Map<String, Long> failed() {
        Map<String, Long> failed = new LinkedHashMap<>();
        queues.forEach((name, queue) -> failed.put(name, queue.failed()));
        return failed;
    }

    /** How many changes each sink should have taken and did not. */
    public Map<String, Long> lost() {
        Map<String, Long> lost = new LinkedHashMap<>();
        queues.forEach((name, queue) -> lost.put(name, queue.lost()));
        return lost;
    }

    /** Tells what is waiting as far as that is done within seconds, and ends. */
    @Override
    public void close() {
        List<Thread> closers = queues.values().stream()
                .map(queue -> Thread.startVirtualThread(queue::close))
                .toList();
        try {
            for (Thread closer : closers) {
                closer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
