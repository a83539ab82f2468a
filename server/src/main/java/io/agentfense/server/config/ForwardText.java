package io.agentfense.server.config;

import io.agentfense.alert.text.GoDuration;
import io.agentfense.alert.text.Section;
import io.agentfense.audit.forward.BodyFormat;
import io.agentfense.audit.forward.Destination;
import io.agentfense.audit.forward.Receiver;
import io.agentfense.audit.outbound.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and writes one entry of {@code audit.forward}; there is no secret in it. Stateless. */
final class ForwardText {
    /** What there are, and the keys that each has of its own. */
    private enum Type {
        SYSLOG,
        WEBHOOK,
        OTLP,
        STDOUT;

        List<String> keys() {
            return switch (this) {
                case SYSLOG -> List.of("address", "tls", "insecure", "format", "timeout");
                case WEBHOOK -> List.of("url", "secret_file", "authorization_file", "tls", "format", "timeout");
                case OTLP -> List.of("url", "authorization_file", "tls", "timeout");
                case STDOUT -> List.of("format");
            };
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final List<BodyFormat> LINES = List.of(BodyFormat.JSON, BodyFormat.OCSF, BodyFormat.CEF);

    private ForwardText() {}

    static Receiver read(String key, @Nullable Object value) {
        Section any = Section.of(key, value);
        Type type = any.required("type", any.text("type", Section.oneOf(List.of(Type.values()), Type::label)));
        List<String> known = new ArrayList<>(List.of("name", "type"));
        known.addAll(type.keys());
        Section entry = Section.of(key, value, known);
        String name = entry.required("name", entry.text("name", text -> text));
        Destination destination = switch (type) {
            case SYSLOG -> syslog(entry);
            case WEBHOOK ->
                new Destination.Webhook(
                        entry.url("authorization_file"),
                        entry.file("secret_file"),
                        entry.file("authorization_file"),
                        tls(entry).orElse(TlsFiles.USUAL),
                        format(entry, List.of(BodyFormat.values())),
                        entry.timeout());
            case OTLP ->
                new Destination.Otlp(
                        entry.url("authorization_file"),
                        entry.file("authorization_file"),
                        tls(entry).orElse(TlsFiles.USUAL),
                        entry.timeout());
            case STDOUT -> new Destination.Stdout(format(entry, LINES));
        };
        if (!Receiver.isName(name)) {
            throw entry.problem("name", "a name has 1 to 63 letters, digits, '.', '_' and '-'");
        }
        return new Receiver(name, destination);
    }

    private static Destination syslog(Section entry) {
        TcpAddress address = entry.required("address", entry.text("address", ForwardText::address));
        Optional<TlsFiles> tls = tls(entry);
        if (tls.isEmpty() && !entry.truth("insecure", false) && !address.isLoopback()) {
            throw entry.problem(
                    "tls", "must be set, or everybody on the way reads the log; or set insecure: true to allow that");
        }
        return new Destination.Syslog(address.host(), address.port(), tls, format(entry, LINES), entry.timeout());
    }

    private static TcpAddress address(String text) {
        TcpAddress address = TcpAddress.parse(text);
        if (address.host().isEmpty() || address.port() == 0) {
            throw new IllegalArgumentException("must be HOST:PORT such as siem.example.com:6514");
        }
        return address;
    }

    private static BodyFormat format(Section entry, List<BodyFormat> allowed) {
        return entry.text("format", Section.oneOf(allowed, BodyFormat::label)).orElse(BodyFormat.JSON);
    }

    private static Optional<TlsFiles> tls(Section entry) {
        if (!entry.has("tls")) {
            return Optional.empty();
        }
        Section tls = Section.of(entry.key() + ".tls", entry.value("tls"), List.of("ca_file", "cert_file", "key_file"));
        if (tls.has("cert_file") != tls.has("key_file")) {
            throw tls.problem(tls.has("cert_file") ? "key_file" : "cert_file", "must be set too");
        }
        Optional<TlsFiles.Pair> identity = tls.file("cert_file")
                .flatMap(certificate -> tls.file("key_file").map(key -> new TlsFiles.Pair(certificate, key)));
        return Optional.of(new TlsFiles(tls.file("ca_file"), identity));
    }

    static Map<String, Object> mapping(Receiver receiver) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("name", receiver.name());
        switch (receiver.destination()) {
            case Destination.Syslog syslog -> {
                keys.put("type", "syslog");
                keys.put("address", new TcpAddress(syslog.host(), syslog.port()).toString());
                if (syslog.tls().isEmpty()) {
                    keys.put("insecure", true);
                }
                syslog.tls().ifPresent(tls -> keys.put("tls", mapping(tls)));
                format(keys, syslog.format());
                timeout(keys, syslog.timeout());
            }
            case Destination.Webhook webhook -> {
                keys.put("type", "webhook");
                keys.put("url", webhook.url().toString());
                put(keys, "secret_file", webhook.secretFile());
                put(keys, "authorization_file", webhook.authorizationFile());
                keys.put("tls", mapping(webhook.tls()));
                format(keys, webhook.format());
                timeout(keys, webhook.timeout());
            }
            case Destination.Otlp otlp -> {
                keys.put("type", "otlp");
                keys.put("url", otlp.url().toString());
                put(keys, "authorization_file", otlp.authorizationFile());
                keys.put("tls", mapping(otlp.tls()));
                timeout(keys, otlp.timeout());
            }
            case Destination.Stdout stdout -> {
                keys.put("type", "stdout");
                format(keys, stdout.format());
            }
        }
        return keys;
    }

    private static Map<String, Object> mapping(TlsFiles tls) {
        Map<String, Object> keys = new LinkedHashMap<>();
        put(keys, "ca_file", tls.caFile());
        put(keys, "cert_file", tls.identity().map(TlsFiles.Pair::certificate));
        put(keys, "key_file", tls.identity().map(TlsFiles.Pair::key));
        return keys;
    }

    private static void format(Map<String, Object> keys, BodyFormat format) {
        keys.put("format", format.label());
    }

    private static void timeout(Map<String, Object> keys, Duration timeout) {
        keys.put("timeout", GoDuration.print(timeout));
    }

    private static void put(Map<String, Object> keys, String name, Optional<Path> file) {
        file.ifPresent(path -> keys.put(name, path.toString()));
    }
}
