package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conversation of {@code api/conversation.json}, which the clients in Python and curl have too (test_faces.py). */
class SameConversationTest {
    @TempDir
    private Path directory;

    private JsonObject talk;
    private AgentFenseClient client;
    private Sandbox sandbox;
    private Snapshot kept;
    private Session session;

    @BeforeEach
    void start() throws IOException {
        talk = JsonParser.parseString(Files.readString(Path.of("..", "api", "conversation.json")))
                .getAsJsonObject();
        for (var file : talk.getAsJsonObject("project").entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue().getAsString());
        }
        client = SharedServer.get().client();
        sandbox = client.fromLocal(directory)
                .rules(rules(talk.getAsJsonArray("rules")))
                .commit(CommitMode.MANUAL)
                .start();
    }

    @AfterEach
    void end() {
        sandbox.close();
        client.close();
    }

    @Test
    void givesWhatEveryClientIsGiven() {
        for (JsonElement call : talk.getAsJsonArray("calls")) {
            assertThat(play(call.getAsJsonObject()))
                    .as("%s", call)
                    .isEqualTo(call.getAsJsonObject().get("gives"));
        }
    }

    private JsonElement play(JsonObject call) {
        try {
            return answer(call);
        } catch (SandboxException e) {
            JsonObject refused = new JsonObject();
            refused.addProperty(
                    "refused", Status.fromThrowable(e.getCause()).getCode().name());
            return refused;
        }
    }

    private JsonElement answer(JsonObject call) {
        String path = call.has("path") ? call.get("path").getAsString() : "";
        return switch (call.get("call").getAsString()) {
            case "run" -> ended(sandbox.run(command(call)));
            case "read" -> new JsonPrimitive(sandbox.files().readText(path));
            case "write" ->
                new JsonPrimitive(
                        sandbox.files().write(path, text(call, "text")).size());
            case "list" ->
                array(sandbox.files().list(path).stream().map(FileInfo::name).sorted());
            case "stat" -> stat(sandbox.files().stat(path));
            case "exists" -> new JsonPrimitive(sandbox.files().exists(path));
            case "make directories" -> nothing(() -> sandbox.files().makeDirectories(path));
            case "move" -> nothing(() -> sandbox.files().move(path, text(call, "to")));
            case "search" ->
                array(sandbox.files().search(path, text(call, "text")).stream()
                        .map(match -> match.path() + ":" + match.line() + ":" + match.text()));
            case "remove all" -> nothing(() -> sandbox.files().removeAll(path));
            case "diff" -> changes(sandbox.diff());
            case "snapshot" -> {
                kept = sandbox.snapshot(text(call, "name"));
                yield new JsonPrimitive(kept.name());
            }
            case "snapshots" -> array(sandbox.snapshots().stream().map(Snapshot::name));
            case "roll back" -> nothing(() -> sandbox.rollback(kept));
            case "commit" -> changes(sandbox.commit(List.of(path)).landed());
            case "discard" -> nothing(sandbox::discard);
            case "explain" -> explained(sandbox.explain(path));
            case "open session" -> nothing(() -> session = sandbox.session());
            case "run in session" -> ended(session.run(text(call, "command")));
            case "close session" -> nothing(session::close);
            case "run in background" ->
                ended(sandbox.launch(Command.of(text(call, "command"))).await());
            case "change rules" ->
                nothing(() -> {
                    if (call.has("preset")) {
                        sandbox.updateRules(text(call, "preset"), List.of());
                    } else {
                        sandbox.updateRules(rules(call.getAsJsonArray("rules")));
                    }
                });
            case "denials" ->
                array(sandbox.denials().stream()
                        .map(denial -> denial.operation() + " " + denial.path())
                        .distinct()
                        .sorted());
            case "stop" -> nothing(sandbox::stop);
            case "start" -> nothing(sandbox::start);
            case "status" -> new JsonPrimitive(lower(sandbox.info().status()));
            default -> throw new AssertionError("no such call: " + call);
        };
    }

    private static Command command(JsonObject call) {
        Command command = Command.of(text(call, "command"));
        if (call.has("input")) {
            JsonArray variable = call.getAsJsonArray("variable");
            command = command.input(text(call, "input"))
                    .env(variable.get(0).getAsString(), variable.get(1).getAsString())
                    .in(text(call, "directory"));
        }
        return call.has("seconds")
                ? command.within(Duration.ofMillis((long) (call.get("seconds").getAsDouble() * 1000)))
                : command;
    }

    private static JsonElement ended(ExecResult result) {
        JsonObject ended = new JsonObject();
        ended.addProperty("exit", result.exitCode());
        ended.addProperty("out", result.stdout().text());
        ended.addProperty("err", result.stderr().text());
        return ended;
    }

    private static JsonElement stat(FileInfo file) {
        JsonArray stat = new JsonArray();
        stat.add(lower(file.type()));
        stat.add(file.size());
        stat.add(Integer.toOctalString(file.mode()));
        return stat;
    }

    private static JsonElement changes(List<Change> changes) {
        return array(changes.stream().map(change -> lower(change.kind()) + " " + change.path()));
    }

    private static JsonElement explained(Explanation told) {
        JsonArray explained = new JsonArray();
        explained.add(lower(told.permission()));
        explained.add(told.rule().orElseThrow().pattern());
        explained.add(array(told.others().stream().map(other -> other.rule().pattern())));
        return explained;
    }

    private static List<PermissionRule> rules(JsonArray given) {
        List<PermissionRule> rules = new ArrayList<>();
        for (JsonElement one : given) {
            JsonObject rule = one.getAsJsonObject();
            Permission permission = Permission.valueOf(text(rule, "permission").toUpperCase(Locale.ROOT));
            int priority = rule.get("priority").getAsInt();
            rules.add(new PermissionRule(text(rule, "pattern"), PatternType.GLOB, permission, priority));
        }
        return rules;
    }

    private static String text(JsonObject from, String name) {
        return from.get(name).getAsString();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static JsonElement nothing(Runnable call) {
        call.run();
        return JsonNull.INSTANCE;
    }

    private static JsonArray array(Stream<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
