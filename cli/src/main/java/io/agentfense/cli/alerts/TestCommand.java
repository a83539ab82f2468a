package io.agentfense.cli.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.evaluate.AlertChange;
import io.agentfense.alert.replay.Replay;
import io.agentfense.alert.rule.AlertAction;
import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.DefaultRules;
import io.agentfense.alert.sink.AlertJson;
import io.agentfense.alert.text.AlertConfigException;
import io.agentfense.alert.text.AlertsFile;
import io.agentfense.alert.text.UnknownEvents;
import io.agentfense.cli.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentfense alerts test}: what rules would have raised over logs of the past. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        header = {
            "Replays audit logs and says which alerts rules would have raised, and when. Tells nobody and does nothing.",
            "",
            "Examples:",
            "  agentfense alerts test audit.jsonl     with the built-in rules",
            "  agentfense alerts test --rules rules.yaml old.jsonl.gz audit.jsonl",
            "  agentfense alerts test --rules server.yaml --json audit.jsonl | jq .message",
            ""
        },
        footer = {
            "",
            "A log is JSON lines with a timestamp and an event each, as the audit log and its",
            "export have them. Alerts are printed as they are raised and closed; what is still",
            "open at the end is said on standard error.",
            "",
            "Exit code: 0 if all was read, 1 if a log can't be, 2 if the rules can't be meant."
        })
final class TestCommand implements Callable<Integer> {
    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "A server's configuration, or its section alerts alone: the rules that it has, and the"
                    + " built-in ones unless it says defaults: false. Without it, the built-in ones.")
    private @Nullable Path rules;

    @Option(names = "--json", description = "Print each change of an alert as a line of JSON, updates too.")
    private boolean json;

    @Parameters(arity = "1..*", paramLabel = "LOG", description = "JSON lines, also compressed; the oldest first.")
    private List<Path> logs = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    private long raised;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        List<AlertRule> all = rules();
        UnknownEvents.in(all).forEach(warning -> err.println("agentfense: " + warning));
        Replay replay = new Replay(all, change -> print(out, change));
        for (Path log : logs) {
            read(replay, log);
        }
        out.flush();
        replay.notes().forEach(note -> err.println("agentfense: " + note));
        if (replay.forgotten() > 0) {
            err.println("agentfense: " + replay.forgotten() + " groups were forgotten, as a rule had too many");
        }
        for (Alert alert : replay.open()) {
            err.println("open: " + line(alert));
        }
        err.println(raised + " raised from " + replay.events() + " events, "
                + replay.open().size() + " open");
        return 0;
    }

    private List<AlertRule> rules() {
        if (rules == null) {
            return DefaultRules.ALL;
        }
        try {
            return AlertsFile.read(Files.readString(rules, UTF_8)).rules();
        } catch (AlertConfigException e) {
            throw error(e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw error("there is no such file", e);
        } catch (CharacterCodingException e) {
            throw error("it is no UTF-8", e);
        } catch (IOException e) {
            throw error("it can't be read: " + e.getMessage(), e);
        }
    }

    private ParameterException error(@Nullable String problem, Exception cause) {
        return new ParameterException(command.commandLine(), rules + ": " + problem, cause);
    }

    private static void read(Replay replay, Path log) throws Failure {
        try {
            replay.read(log);
        } catch (NoSuchFileException e) {
            throw new Failure(Failure.GENERAL, log + ": there is no such file");
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new Failure(Failure.GENERAL, message.startsWith(log.toString()) ? message : log + ": " + message);
        }
    }

    private void print(PrintWriter out, AlertChange change) {
        raised += change instanceof AlertChange.Raised ? 1 : 0;
        if (json) {
            out.println(AlertJson.of(change));
        } else if (!(change instanceof AlertChange.Updated)) {
            out.println(change.at() + " " + change.state() + " " + line(change.alert()) + actions(change));
        }
    }

    private static String line(Alert alert) {
        return alert.rule().severity().label() + " " + alert.rule().name() + ": " + alert.message();
    }

    private static String actions(AlertChange change) {
        List<AlertAction> actions = change.alert().rule().actions();
        return change instanceof AlertChange.Raised && !actions.isEmpty()
                ? "; would "
                        + String.join(
                                ", ", actions.stream().map(AlertAction::label).toList())
                : "";
    }
}
