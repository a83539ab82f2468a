package io.agentfense.alert.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.alert.rule.AlertAction;
import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.Condition;
import io.agentfense.alert.rule.DefaultRules;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.Glob;
import io.agentfense.alert.rule.MessageTemplate;
import io.agentfense.alert.rule.Severity;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.alert.sink.SinkSettings;
import io.agentfense.alert.sink.Target;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertsFileTest {
    private static final String WHOLE = """
            server: {grpc_addr: "127.0.0.1:9000"}
            alerts:
              sinks:
                ops:
                  type: webhook
                  url: https://ops.example.com/hook
                  secret_file: /etc/agentfense/hook.key
                  timeout: 3s
                  on: [raised, updated, closed]
                mail:
                  type: email
                  host: smtp.example.com
                  user: agentfense
                  password_file: /etc/agentfense/mail.password
                  from: agentfense@example.com
                  to: [ops@example.com]
                  ca_file: /etc/agentfense/ca.pem
                pager: {type: command, command: [/usr/local/bin/page, --urgent], timeout: 500ms, on: raised}
                log: {type: log}
              rules:
                - name: probing
                  severity: critical
                  kind: count
                  events: [permission_denied, network_denied]
                  where:
                    path: {glob: ["/workspace/.env*", "/workspace/secrets/*"]}
                    operation: open
                    permission: [none, view]
                    count: {at_least: 1, less_than: 100}
                  more_than: 2
                  window: 1m30s
                  group_by: [sandbox_id]
                  message: "{count} looks for secrets in {sandbox_id}"
                  sinks: [ops, mail]
                  actions: [snapshot, freeze, block_user]
            """;

    @Test
    void everyKeyIsRead() {
        AlertSettings settings = AlertsFile.read(WHOLE);

        assertThat(settings.rules())
                .startsWith(DefaultRules.ALL.toArray(AlertRule[]::new))
                .hasSize(6);
        Map<String, Condition> where = Map.of(
                "path",
                new Condition.Like(List.of(new Glob("/workspace/.env*"), new Glob("/workspace/secrets/*"))),
                "operation",
                new Condition.OneOf(List.of("open")),
                "permission",
                new Condition.OneOf(List.of("none", "view")),
                "count",
                new Condition.All(List.of(
                        new Condition.Compared(Condition.Comparison.AT_LEAST, BigDecimal.ONE),
                        new Condition.Compared(Condition.Comparison.LESS_THAN, BigDecimal.valueOf(100)))));
        assertThat(settings.rules().getLast())
                .isEqualTo(new AlertRule(
                        "probing",
                        Severity.CRITICAL,
                        new EventMatch(List.of("permission_denied", "network_denied"), where),
                        new Trigger.Count(2, Duration.ofSeconds(90)),
                        List.of("sandbox_id"),
                        new MessageTemplate("{count} looks for secrets in {sandbox_id}"),
                        List.of("ops", "mail"),
                        List.of(AlertAction.SNAPSHOT, AlertAction.FREEZE, AlertAction.BLOCK_USER)));
        assertThat(settings.sinks())
                .isEqualTo(Map.of(
                        "ops",
                        new SinkSettings(
                                new Target.Webhook(
                                        URI.create("https://ops.example.com/hook"),
                                        Optional.of(Path.of("/etc/agentfense/hook.key")),
                                        Optional.empty(),
                                        Duration.ofSeconds(3)),
                                SinkSettings.ALL_STATES),
                        "mail",
                        new SinkSettings(
                                new Target.Mail(
                                        "smtp.example.com",
                                        587,
                                        Target.Security.STARTTLS,
                                        Optional.of(new Target.Login(
                                                "agentfense", Path.of("/etc/agentfense/mail.password"))),
                                        "agentfense@example.com",
                                        List.of("ops@example.com"),
                                        Optional.of(Path.of("/etc/agentfense/ca.pem")),
                                        Duration.ofSeconds(10)),
                                SinkSettings.USUAL_STATES),
                        "pager",
                        new SinkSettings(
                                new Target.Command(List.of("/usr/local/bin/page", "--urgent"), Duration.ofMillis(500)),
                                Set.of("raised")),
                        "log",
                        new SinkSettings(new Target.Log(), SinkSettings.USUAL_STATES)));
    }

    @Test
    void theKindsThatAreNoCount() {
        List<AlertRule> rules = AlertsFile.read("""
                defaults: false
                rules:
                  - {name: a, severity: low, kind: any, events: "rules_*"}
                  - name: b
                    severity: low
                    kind: consecutive
                    events: sandbox_start_failed
                    more_than: 3
                    reset: [sandbox_started, sandbox_created]
                  - name: c
                    severity: low
                    kind: lasting
                    events: sandbox_started
                    until: {events: sandbox_stopped, where: {reason: {glob: "*"}}}
                    longer_than: 24h
                """).rules();

        assertThat(rules.stream().map(AlertRule::trigger))
                .containsExactly(
                        new Trigger.Count(0, Duration.ofMinutes(1)),
                        new Trigger.Consecutive(
                                3, EventMatch.of("sandbox_started", "sandbox_created"), Duration.ofHours(1)),
                        new Trigger.Lasting(
                                new EventMatch(
                                        List.of("sandbox_stopped"),
                                        Map.of("reason", new Condition.Like(List.of(new Glob("*"))))),
                                Duration.ofDays(1)));
    }

    @Test
    void aRuleTakesThePlaceOfTheBuiltInOneOfItsName() {
        List<AlertRule> rules = AlertsFile.read("""
                rules:
                  - {name: permission_denials, severity: critical, kind: any, events: permission_denied}
                """).rules();

        assertThat(rules).hasSize(5);
        assertThat(rules.getFirst().severity()).isEqualTo(Severity.CRITICAL);
    }

    @Test
    void nothingConfiguredIsTheBuiltInRulesInTheLog() {
        assertThat(AlertsText.read(Map.of())).isEqualTo(AlertSettings.DEFAULTS);
    }

    @Test
    void whatIsWrittenReadsAsTheSame() {
        List<AlertRule> rules = AlertsFile.read(WHOLE).rules();
        List<AlertRule> plain =
                rules.stream().map(rule -> rule.toSinks(List.of())).toList();

        assertThat(AlertsFile.read(AlertsYaml.write(plain)).rules()).isEqualTo(plain);
        assertThat(AlertsFile.read(AlertsYaml.write(DefaultRules.ALL)).rules()).isEqualTo(DefaultRules.ALL);
    }

    @Test
    void sinksThatAreWrittenReadAsTheSame() {
        Map<String, SinkSettings> sinks = AlertsFile.read(WHOLE).sinks();
        Map<String, Object> written = new LinkedHashMap<>();
        sinks.forEach((name, sink) -> written.put(name, SinkMapping.of(sink)));

        assertThat(AlertsText.read(Map.of("sinks", written)).sinks())
                .isEqualTo(sinks)
                .hasSize(4);
    }

    @Test
    void theExampleOfTheSpecificationIsRead() throws IOException {
        String page = Files.readString(Path.of("../SPECIFICATION.md"));
        int begin = page.indexOf("```yaml\nalerts:") + "```yaml\n".length();
        AlertSettings settings = AlertsFile.read(page.substring(begin, page.indexOf("```", begin)));

        assertThat(settings.rules()).hasSize(6).extracting(AlertRule::name).contains("looks_for_secrets");
        assertThat(settings.sinks()).hasSize(4);
        assertThat(UnknownEvents.in(settings.rules())).isEmpty();
    }

    @Test
    void aRuleThatIsNeverMetIsToldOf() {
        assertThat(UnknownEvents.in(AlertsFile.read(WHOLE).rules())).isEmpty();
        assertThat(UnknownEvents.in(AlertsFile.read("""
                rules:
                  - {name: a, severity: low, kind: any, events: [permission_denied, permision_denied, "denied_*"]}
                """).rules()))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("alert rule a: no event is known as 'permision_denied'; there are sandbox_created,");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rules: 7                                                | rules: must be a list
            rule: []                                                | rule: unknown key; there are defaults, rules, sinks
            defaults: maybe                                         | defaults: must be true or false
            rules: [{name: a}]                                      | rules[0].kind: must be set
            rules: [{kind: cuont}]                                  | rules[0].kind: unknown word 'cuont'
            rules: [{kind: any, more_than: 3}]                      | rules[0].more_than: unknown key
            rules: [{kind: any}]                                    | rules[0].events: needs the name of an event
            rules: [{kind: any, events: [a, 3]}]                    | rules[0].events: must be a string or a list
            rules: [{kind: any, events: "Denied!"}]                 | rules[0].events: 'Denied!' is no name of an event
            rules: [{kind: any, events: a}]                         | rules[0].severity: must be set
            rules: [{kind: any, events: a, severity: bad}]          | rules[0].severity: unknown word 'bad'; use one of low
            rules: [{kind: any, events: a, severity: low}]          | rules[0].name: must be set
            rules: [{kind: any, events: a, severity: low, name: "a b"}] | rules[0].name: a name has
            rules: [{kind: any, events: a, window: 1}]              | rules[0].window: must be a string
            rules: [{kind: any, events: a, window: soon}]           | rules[0].window: must be a duration
            rules: [{kind: any, events: a, window: 0s}]             | rules[0].window: must be longer than nothing
            rules: [{kind: any, events: a, window: 800h}]           | rules[0].window: must be longer than nothing and at
            rules: [{kind: count, events: a, window: 1s}]           | rules[0].more_than: must be set
            rules: [{kind: count, events: a, more_than: -1}]        | rules[0].more_than: must be a whole number from 0
            rules: [{kind: count, events: a, more_than: 1.5}]       | rules[0].more_than: must be a whole number from 0
            rules: [{kind: count, events: a, more_than: many}]      | rules[0].more_than: must be a number
            rules: [{kind: count, events: a, more_than: 1}]         | rules[0].window: must be set
            rules: [{kind: lasting, events: a, longer_than: 1s}]    | rules[0].until: needs the name of an event
            rules: [{kind: any, events: a, where: 3}]               | rules[0].where: must be a mapping
            rules: [{kind: any, events: a, where: {path: {}}}]      | rules[0].where.path: needs one of one_of, glob
            rules: [{kind: any, events: a, where: {path: {is: 3}}}] | rules[0].where.path.is: unknown key
            rules: [{kind: any, events: a, where: {path: [[]]}}]    | rules[0].where.path: must be strings, numbers
            rules: [{kind: any, events: a, where: {n: {more_than: x}}}] | rules[0].where.n.more_than: must be a number
            rules: [{kind: any, events: a, severity: low, name: a, message: "{x"}] | rules[0].message: has a brace
            rules: [{kind: any, events: a, severity: low, name: a, actions: kill}] | rules[0].actions: unknown word 'kill'
            rules: [{kind: any, events: a, severity: low, name: a, actions: freeze}] | rules[0].actions: freeze needs group_by
            rules: [{kind: any, events: a, severity: low, name: a, sinks: ops}] | rules[0].sinks: there is no sink 'ops'; there are log
            rules: [{kind: any, events: a, severity: low, name: a}, {kind: any, events: a, severity: low, name: a}] | rules[1].name: there is a rule 'a'
            sinks: {a: {}}                                          | sinks.a.type: must be set
            sinks: {a: {type: log, url: x}}                         | sinks.a.url: unknown key; there are type, on
            sinks: {a: {type: log, on: opened}}                     | sinks.a.on: must be a list of raised
            sinks: {a: {type: webhook}}                             | sinks.a.url: must be set
            sinks: {a: {type: webhook, url: "http://example.com/"}} | sinks.a.url: must be an https URL
            sinks: {a: {type: webhook, url: "https://u:p@h/"}}      | sinks.a.url: must not have a user or password
            sinks: {a: {type: webhook, url: "https://h/", timeout: 1h}} | sinks.a.timeout: must be from 1ms to 5m
            sinks: {a: {type: webhook, url: "https://h/", secret_file: k}} | sinks.a.secret_file: must be an absolute path
            sinks: {a: {type: command, command: [page]}}            | sinks.a.command: must be a list of a program's absolute
            sinks: {a: {type: email, host: h, user: u}}             | sinks.a.password_file: must be set too
            sinks: {a: {type: email, host: h, from: "a@b\\nBcc: c@d", to: a@b}} | sinks.a.from: must be an address
            sinks: {a: {type: email, host: h, tls: none, user: u, password_file: /p}} | sinks.a.tls: must be starttls
            sinks: {"a b": {type: log}}                             | sinks.a b: a name has
            "[1]"                                                   | must be a mapping
            "{a: 1, a: 2}"                                          | 1:8: a a second time
            "defaults: *x"                                          | aliases and anchors are not read
            "a: ["                                                  | 1:
            """)
    void mistakesNameTheirKey(String yaml, String problem) {
        String text = yaml.replaceAll("^\"(.*)\"$", "$1");

        assertThatThrownBy(() -> AlertsFile.read(text))
                .isInstanceOf(AlertConfigException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_id", "runtime"})
    void whatIsDoneToASandboxNeedsToKnowWhich(String field) {
        assertThatThrownBy(
                        () -> AlertsFile.read("rules: [{kind: any, events: a, severity: low, name: a, actions: destroy,"
                                + " group_by: " + field + "}]"))
                .hasMessageContaining("destroy needs group_by with one of sandbox_id, session_id");
    }
}
