package io.agentfense.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.server.access.Authorization.Decision;
import io.agentfense.server.config.AuthConfig;
import io.agentfense.server.config.AuthMode;
import io.agentfense.server.config.LimitsConfig;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Records;
import io.agentfense.server.store.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
    @TempDir
    Path directory;

    private Instant now = Records.NOON;
    private Database database;
    private ApiKeys keys;
    private Authenticator authenticator;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(directory.resolve("metadata.db").toString());
        keys = new ApiKeys(database.apiKeys(), () -> now);
        authenticator = new Authenticator(new AuthConfig(AuthMode.REQUIRED, Optional.empty()), database, () -> now);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Caller call(String header) throws AccessException {
        return authenticator.authenticate(Optional.of(header));
    }

    private String key(String user, Role role) throws AccessException {
        return keys.create(user, role, "test", Optional.empty()).key();
    }

    @Test
    void withoutAuthenticationEverybodyIsWhoTheRequestSays() throws Exception {
        Authenticator open = new Authenticator(new AuthConfig(AuthMode.NONE, Optional.empty()), database, () -> now);
        Caller caller = open.authenticate(Optional.of("Bearer nonsense"));
        assertThat(caller).isEqualTo(Caller.ANONYMOUS);
        assertThat(caller.ownerOf("user_001")).isEqualTo("user_001");
        for (Verb verb : Verb.values()) {
            assertThat(Authorization.decide(caller, verb, "anybody")).isEqualTo(Decision.ALLOW);
        }
        assertThat(Authorization.listed(caller, "")).isEmpty();
        assertThat(Authorization.listed(caller, "ann")).contains("ann");
    }

    @Test
    void aKeyOpensWhatItsUserMay() throws Exception {
        assertThat(call("Bearer " + key("ann", Role.USER))).isEqualTo(new Caller("ann", Role.USER, true));
        assertThat(call("bearer " + key("root", Role.ADMIN))).isEqualTo(new Caller("root", Role.ADMIN, true));
    }

    @Test
    void nothingElseOpensAnything() throws Exception {
        String key = key("ann", Role.USER);
        String other = key("bob", Role.USER);
        char last = key.charAt(key.length() - 1);
        List<String> headers = List.of(
                "",
                "Bearer",
                "Bearer ",
                key,
                "Basic " + key,
                "Bearer " + key.substring(0, key.length() - 1) + (last == '0' ? '1' : '0'),
                "Bearer " + key.substring(0, key.length() - 1),
                "Bearer " + key + "0",
                "Bearer " + key.toUpperCase(java.util.Locale.ROOT),
                "Bearer " + key.substring(0, 24) + other.substring(24),
                "Bearer af_key_0000000000000000_" + "0".repeat(64),
                "Bearer af_",
                "Bearer x' OR '1'='1",
                "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.",
                "Bearer " + "a".repeat(1 << 20));
        for (String header : headers) {
            assertThatThrownBy(() -> call(header))
                    .as(header.substring(0, Math.min(80, header.length())))
                    .isInstanceOf(AccessException.Unauthenticated.class)
                    .hasMessageNotContaining(key);
        }
        assertThatThrownBy(() -> authenticator.authenticate(Optional.empty()))
                .isInstanceOf(AccessException.Unauthenticated.class);
    }

    @Test
    void aRevokedAndAnExpiredKeyAreOfNoUseAtOnce() throws Exception {
        ApiKeys.Created brief = keys.create("ann", Role.USER, "", Optional.of(Duration.ofHours(1)));
        ApiKeys.Created lasting = keys.create("ann", Role.USER, "", Optional.empty());
        call("Bearer " + brief.key());
        now = now.plus(Duration.ofHours(1));
        assertThatThrownBy(() -> call("Bearer " + brief.key())).isInstanceOf(AccessException.Unauthenticated.class);
        call("Bearer " + lasting.key());
        assertThat(keys.revoke(lasting.record().id())).isTrue();
        assertThat(keys.revoke(lasting.record().id())).isFalse();
        assertThatThrownBy(() -> call("Bearer " + lasting.key())).isInstanceOf(AccessException.Unauthenticated.class);
        assertThat(keys.list(Optional.empty()))
                .extracting(key -> key.id())
                .containsExactly(brief.record().id());
    }

    @Test
    void theSecretIsNowhereInTheDatabase() throws Exception {
        ApiKeys.Created created = keys.create("ann", Role.USER, "", Optional.empty());
        String secret = created.key().substring(created.key().lastIndexOf('_') + 1);
        call("Bearer " + created.key());
        assertThat(created.toString()).doesNotContain(secret);
        database.close();
        try (var files = Files.list(directory)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(
                                    new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                            .doesNotContain(secret));
        }
        open();
    }

    @Test
    void theLastUseIsNotedToTheMinute() throws Exception {
        String key = key("ann", Role.USER);
        call("Bearer " + key);
        Instant first = now;
        now = now.plusSeconds(30);
        call("Bearer " + key);
        assertThat(keys.list(Optional.empty()).getFirst().lastUsedAt()).contains(first);
        now = now.plusSeconds(31);
        call("Bearer " + key);
        assertThat(keys.list(Optional.empty()).getFirst().lastUsedAt()).contains(now);
    }

    @Test
    void aBlockedUserIsRefusedUntilItIsUnblocked() throws Exception {
        String key = key("ann", Role.ADMIN);
        database.users().block("ann", "mining", now);
        assertThatThrownBy(() -> call("Bearer " + key)).isInstanceOf(AccessException.Denied.class);
        database.users().unblock("ann", now);
        assertThat(call("Bearer " + key).userId()).isEqualTo("ann");
    }

    @Test
    void aKeyForNobodyOrForEverIsNotMade() {
        for (String user : List.of("", "a\nb", "a\u202eb", "x".repeat(256), "\0", "\ud800")) {
            assertThatThrownBy(() -> key(user, Role.USER)).isInstanceOf(AccessException.Invalid.class);
        }
        assertThatThrownBy(() -> keys.create("ann", Role.USER, "", Optional.of(Duration.ZERO)))
                .isInstanceOf(AccessException.Invalid.class);
        assertThatThrownBy(() -> keys.create("ann", Role.USER, "", Optional.of(Duration.ofSeconds(Long.MAX_VALUE))))
                .isInstanceOf(AccessException.Invalid.class);
    }

    @Test
    void everyRoleMayWhatTheTableSays() {
        Caller ann = new Caller("ann", Role.USER, true);
        Caller eve = new Caller("eve", Role.AUDITOR, true);
        Caller root = new Caller("root", Role.ADMIN, true);
        for (Verb verb : Verb.values()) {
            boolean users = verb == Verb.ADMINISTER;
            assertThat(Authorization.decide(ann, verb, "ann")).isEqualTo(users ? Decision.DENY : Decision.ALLOW);
            assertThat(Authorization.decide(ann, verb, "bob")).isEqualTo(users ? Decision.DENY : Decision.HIDE);
            for (String owner : List.of("ann", "eve")) {
                assertThat(Authorization.decide(eve, verb, owner))
                        .isEqualTo(verb == Verb.READ ? Decision.ALLOW : Decision.DENY);
                assertThat(Authorization.decide(root, verb, owner)).isEqualTo(Decision.ALLOW);
            }
        }
        assertThat(ann.ownerOf("bob")).isEqualTo("ann");
        assertThat(eve.ownerOf("bob")).isEqualTo("eve");
        assertThat(root.ownerOf("bob")).isEqualTo("bob");
        assertThat(root.ownerOf("")).isEqualTo("root");
        assertThat(Authorization.listed(ann, "bob")).contains("ann");
        assertThat(Authorization.listed(ann, "")).contains("ann");
        assertThat(Authorization.listed(eve, "")).isEmpty();
        assertThatThrownBy(() -> Authorization.check(ann, Verb.READ, "bob")).isInstanceOf(AccessException.Hidden.class);
        assertThatThrownBy(() -> Authorization.checkAdministrator(eve)).isInstanceOf(AccessException.Denied.class);
    }

    @Test
    void whoCallsTooOftenWaitsAsLongAsItIsTold() throws Exception {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
        RateLimit limit = new RateLimit(() -> 4, nanos::get);
        for (int i = 0; i < 4; i++) {
            limit.check("ann");
        }
        assertThatThrownBy(() -> limit.check("ann"))
                .isInstanceOfSatisfying(
                        AccessException.RateLimited.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(250)));
        limit.check("bob");
        nanos.addAndGet(Duration.ofMillis(249).toNanos());
        assertThatThrownBy(() -> limit.check("ann")).isInstanceOf(AccessException.RateLimited.class);
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        limit.check("ann");
        assertThatThrownBy(() -> limit.check("ann")).isInstanceOf(AccessException.RateLimited.class);
        nanos.addAndGet(Duration.ofDays(1).toNanos());
        for (int i = 0; i < 4; i++) {
            limit.check("ann");
        }
        assertThatThrownBy(() -> limit.check("ann")).isInstanceOf(AccessException.RateLimited.class);
        RateLimit none = new RateLimit(() -> 0, nanos::get);
        for (int i = 0; i < 10_000; i++) {
            none.check("ann");
        }
    }

    @Test
    void ofManyThatCallAtOnceAsManyPassAsTheLimitHas() throws Exception {
        RateLimit limit = new RateLimit(() -> 10, () -> 0);
        assertThat(passed(100, () -> limit.check("ann"))).isEqualTo(10);
    }

    @Test
    void ofAHundredCreationsAtOnceTenSucceed() throws Exception {
        CodebaseRecord codebase = Records.codebase("ann");
        database.codebases().insert(codebase);
        Quota quota = new Quota(database.sandboxes(), () -> new LimitsConfig(10, 0, 0, 0, 0, 0));
        assertThat(passed(100, () -> quota.add(Records.sandbox(codebase, now, Map.of()))))
                .isEqualTo(10);
        assertThatThrownBy(() -> quota.add(Records.sandbox(codebase, now, Map.of())))
                .isInstanceOfSatisfying(
                        AccessException.QuotaExceeded.class,
                        e -> assertThat(e.limit()).isEqualTo(10));
        database.users().usage("ann");
        Quota hourly = new Quota(database.sandboxes(), () -> new LimitsConfig(0, 10, 0, 0, 0, 0));
        assertThatThrownBy(() -> hourly.add(Records.sandbox(codebase, now.plusSeconds(60), Map.of())))
                .isInstanceOfSatisfying(
                        AccessException.RateLimited.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMinutes(59)));
        assertThat(hourly.add(Records.sandbox("cb_0000000000000000", "bob", now, Map.of())))
                .isEqualTo(Quota.Added.NO_CODEBASE);
    }

    @Test
    void commandsTakeSlotsAndGiveThemBackOnce() throws Exception {
        Quota quota = new Quota(database.sandboxes(), () -> new LimitsConfig(0, 0, 0, 0, 2, 0));
        Quota.Slot one = quota.command("ann");
        quota.command("ann");
        quota.command("bob");
        assertThatThrownBy(() -> quota.command("ann")).isInstanceOf(AccessException.QuotaExceeded.class);
        one.close();
        one.close();
        quota.command("ann");
        assertThatThrownBy(() -> quota.command("ann")).isInstanceOf(AccessException.QuotaExceeded.class);
        Quota crowded = new Quota(database.sandboxes(), () -> new LimitsConfig(0, 0, 0, 0, 5, 0));
        assertThat(passed(100, () -> crowded.command("ann"))).isEqualTo(5);
    }

    private interface Attempt {
        void run() throws AccessException;
    }

    private static int passed(int count, Attempt attempt) throws Exception {
        try (var threads = Executors.newFixedThreadPool(count)) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                results.add(threads.submit(() -> {
                    try {
                        attempt.run();
                        return true;
                    } catch (AccessException e) {
                        return false;
                    }
                }));
            }
            int passed = 0;
            for (Future<Boolean> result : results) {
                passed += result.get() ? 1 : 0;
            }
            return passed;
        }
    }
}
