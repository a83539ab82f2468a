package io.agentfense.alert.text;

import io.agentfense.alert.sink.SinkSettings;
import io.agentfense.alert.sink.Target;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one sink. Stateless. */
final class TargetText {

    /** What there are, and the keys that each has of its own. */
    private enum Type {
        LOG,
        WEBHOOK,
        EMAIL,
        COMMAND;

        List<String> keys() {
            return switch (this) {
                case LOG -> List.of();
                case WEBHOOK -> List.of("url", "secret_file", "ca_file", "timeout");
                case EMAIL ->
                    List.of("host", "port", "tls", "user", "password_file", "from", "to", "ca_file", "timeout");
                case COMMAND -> List.of("command", "timeout");
            };
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private TargetText() {}

    static SinkSettings read(String key, @Nullable Object value) {
        Section any = Section.of(key, value);
        Type type = any.required("type", any.text("type", Section.oneOf(List.of(Type.values()), Type::label)));
        Set<String> known = new LinkedHashSet<>(List.of("type", "on"));
        known.addAll(type.keys());
        Section sink = Section.of(key, value, known);
        Target target = switch (type) {
            case LOG -> new Target.Log();
            case WEBHOOK -> webhook(sink);
            case EMAIL -> mail(sink);
            case COMMAND -> command(sink);
        };
        return new SinkSettings(target, states(sink));
    }

    private static Set<String> states(Section sink) {
        Set<String> states = new HashSet<>(sink.texts("on"));
        if (!SinkSettings.ALL_STATES.containsAll(states)) {
            throw sink.problem("on", "must be a list of raised, updated and closed");
        }
        return states.isEmpty() ? SinkSettings.USUAL_STATES : states;
    }

    private static Target webhook(Section sink) {
        return new Target.Webhook(
                sink.url("secret_file"), sink.file("secret_file"), sink.file("ca_file"), sink.timeout());
    }

    private static Target mail(Section sink) {
        Target.Security security = sink.text(
                        "tls",
                        Section.oneOf(
                                List.of(Target.Security.values()),
                                one -> one.name().toLowerCase(Locale.ROOT)))
                .orElse(Target.Security.STARTTLS);
        int usual = switch (security) {
            case NONE -> 25;
            case STARTTLS -> 587;
            case TLS -> 465;
        };
        String host = sink.required("host", sink.text("host", text -> text));
        if (sink.has("user") != sink.has("password_file")) {
            throw sink.problem(sink.has("user") ? "password_file" : "user", "must be set too");
        }
        if (sink.has("user") && security == Target.Security.NONE && !Section.isThisMachine(host)) {
            throw sink.problem("tls", "must be starttls or tls, or the password could be read on the way");
        }
        List<String> to = sink.texts("to");
        if (to.isEmpty()) {
            throw sink.problem("to", "must be set");
        }
        Optional<Target.Login> login = sink.text("user", text -> text)
                .flatMap(user -> sink.file("password_file").map(file -> new Target.Login(user, file)));
        return new Target.Mail(
                host,
                sink.whole("port", 1, 65_535).map(Long::intValue).orElse(usual),
                security,
                login,
                address(sink, "from", sink.required("from", sink.text("from", text -> text))),
                to.stream().map(one -> address(sink, "to", one)).toList(),
                sink.file("ca_file"),
                sink.timeout());
    }

    /** An address and nothing that would begin a header of its own. */
    private static String address(Section sink, String name, String address) {
        if (!address.matches("[\\x21-\\x7e&&[^<>,;:\"()\\[\\]\\\\@]]+@[A-Za-z0-9.-]+")) {
            throw sink.problem(name, "must be an address such as ops@example.com");
        }
        return address;
    }

    private static Target command(Section sink) {
        List<String> command = sink.texts("command");
        if (command.isEmpty() || !Path.of(command.getFirst()).isAbsolute()) {
            throw sink.problem("command", "must be a list of a program's absolute path and its arguments");
        }
        return new Target.Command(command, sink.timeout());
    }
}
