package io.agentfense.alert.text;

import io.agentfense.alert.sink.SinkSettings;
import io.agentfense.alert.sink.Target;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes a sink as {@link AlertsText} reads it; there is no secret in it. Stateless. */
public final class SinkMapping {
    private SinkMapping() {}

    /** One sink as a mapping. */
    public static Map<String, Object> of(SinkSettings sink) {
        Map<String, Object> keys = new LinkedHashMap<>();
        switch (sink.target()) {
            case Target.Log _ -> keys.put("type", "log");
            case Target.Webhook webhook -> {
                keys.put("type", "webhook");
                keys.put("url", webhook.url().toString());
                put(keys, "secret_file", webhook.secretFile());
                put(keys, "ca_file", webhook.caFile());
                keys.put("timeout", GoDuration.print(webhook.timeout()));
            }
            case Target.Mail mail -> {
                keys.put("type", "email");
                keys.put("host", mail.host());
                keys.put("port", mail.port());
                keys.put("tls", mail.security().name().toLowerCase(Locale.ROOT));
                mail.login().ifPresent(login -> {
                    keys.put("user", login.user());
                    keys.put("password_file", login.passwordFile().toString());
                });
                keys.put("from", mail.from());
                keys.put("to", mail.to());
                put(keys, "ca_file", mail.caFile());
                keys.put("timeout", GoDuration.print(mail.timeout()));
            }
            case Target.Command command -> {
                keys.put("type", "command");
                keys.put("command", command.command());
                keys.put("timeout", GoDuration.print(command.timeout()));
            }
        }
        keys.put("on", sink.states().stream().sorted().toList());
        return keys;
    }

    private static void put(Map<String, Object> keys, String name, Optional<Path> file) {
        file.ifPresent(path -> keys.put(name, path.toString()));
    }
}
