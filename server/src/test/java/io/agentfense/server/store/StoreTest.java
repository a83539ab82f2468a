package io.agentfense.server.store;

import static io.agentfense.server.store.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The same claims on SQLite and on PostgreSQL. */
@ParameterizedClass
@EnumSource
class StoreTest {
    @Parameter
    Engine engine;

    @TempDir
    Path directory;

    String location;
    Database database;

    @BeforeEach
    void open() throws Exception {
        location = engine.fresh(directory);
        database = Database.open(location);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        database.close();
        database = Database.open(location);
    }

    private CodebaseRecord codebase(String owner) {
        CodebaseRecord codebase = Records.codebase(owner);
        database.codebases().insert(codebase);
        return codebase;
    }

    private SandboxRecord sandbox(CodebaseRecord codebase, Instant at, Map<String, String> labels) {
        SandboxRecord sandbox = Records.sandbox(codebase, at, labels);
        assertThat(database.sandboxes().insert(sandbox, SandboxQuota.NONE)).isEqualTo(new Insertion.Done());
        return sandbox;
    }

    @Test
    void everyFieldComesBackAfterARestart() {
        CodebaseRecord codebase = codebase("ann");
        CodebaseRecord local = new CodebaseRecord(
                Ids.newCodebase(), "l", "bob", 1L << 40, 7, NOON, NOON.plusNanos(1000), Optional.of("/srv/x"));
        database.codebases().insert(local);
        SandboxRecord sandbox = sandbox(codebase, NOON, Map.of("a", "1", "ünï", "'"));
        SessionRecord session = new SessionRecord(
                Ids.newSession(), sandbox.id(), SessionState.ACTIVE, "/bin/sh", "", NOON, Optional.empty());
        assertThat(database.sessions().insert(session)).isTrue();
        SnapshotRecord snapshot =
                new SnapshotRecord(Ids.newSnapshot(), sandbox.id(), "before", "mirota27", "layer", NOON);
        assertThat(database.snapshots().insert(snapshot)).isTrue();
        reopen();
        assertThat(database.codebases().find(codebase.id())).contains(codebase);
        assertThat(database.codebases().find(local.id())).contains(local);
        assertThat(database.sandboxes().find(sandbox.id())).contains(sandbox);
        assertThat(new ArrayList<>(database.sandboxes()
                        .find(sandbox.id())
                        .orElseThrow()
                        .startPhases()
                        .keySet()))
                .containsExactly("mount", "bwrap");
        assertThat(database.sessions().find(session.id())).contains(session);
        assertThat(database.snapshots().list(sandbox.id())).containsExactly(snapshot);
        assertThat(database.snapshots().find(snapshot.id())).contains(snapshot);
        assertThat(database.isHealthy()).isTrue();
    }

    @Test
    void totalsHaveEveryStateAndTheBytesOfAll() {
        CodebaseRecord codebase = codebase("ann");
        database.codebases().setCounts(codebase.id(), 1L << 40, 1, NOON);
        database.codebases().setCounts(codebase("bob").id(), 5, 1, NOON);
        sandbox(codebase, NOON, Map.of());
        SandboxRecord running = sandbox(codebase, NOON, Map.of());
        database.sandboxes().move(running.id(), SandboxState.PENDING, SandboxState.RUNNING, "", NOON);
        assertThat(database.totals())
                .isEqualTo(new Totals(
                        Map.of(
                                SandboxState.PENDING, 1L,
                                SandboxState.RUNNING, 1L,
                                SandboxState.STOPPED, 0L,
                                SandboxState.ERROR, 0L),
                        2,
                        (1L << 40) + 5));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(database.codebases().find("cb_0123456789abcdef")).isEmpty();
        assertThat(database.sandboxes().find("' OR 1=1 --")).isEmpty();
        assertThat(database.sessions().find("x")).isEmpty();
        assertThat(database.users().find("x")).isEmpty();
        assertThat(database.codebases().delete("x")).isEqualTo(CodebaseTable.Deletion.NOT_FOUND);
        assertThat(database.sandboxes().delete("x")).isFalse();
        assertThat(database.sandboxes().setRules("x", List.of())).isFalse();
        assertThat(database.users().usage("x")).isEqualTo(new UserUsage(0, 0, 0));
    }

    @Test
    void pagesHoldEveryCodebaseOnceInTheOrderOfCreation() {
        List<CodebaseRecord> all = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            // Several of one time, so that the id must decide.
            CodebaseRecord codebase = Records.codebase(i % 10 == 0 ? "bob" : "ann", NOON.plusSeconds(i / 3));
            database.codebases().insert(codebase);
            all.add(codebase);
        }
        all.sort(java.util.Comparator.comparing(CodebaseRecord::createdAt).thenComparing(CodebaseRecord::id));
        assertThat(database.codebases().list(Optional.empty(), PageRequest.ALL))
                .isEqualTo(new Page<>(all, Optional.empty()));
        List<CodebaseRecord> paged = new ArrayList<>();
        String token = "";
        do {
            Page<CodebaseRecord> page = database.codebases().list(Optional.empty(), new PageRequest(100, token));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(100);
            paged.addAll(page.items());
            token = page.nextToken().orElse("");
        } while (!token.isEmpty());
        assertThat(paged).isEqualTo(all);
        assertThat(database.codebases()
                        .list(Optional.of("bob"), PageRequest.ALL)
                        .items())
                .hasSize(25);
        assertThat(database.codebases()
                        .list(Optional.empty(), new PageRequest(250, ""))
                        .nextToken())
                .isEmpty();
        assertThat(database.codebases()
                        .list(Optional.empty(), new PageRequest(Integer.MAX_VALUE, ""))
                        .items())
                .hasSize(250);
    }

    @Test
    void aPageGoesOnAfterItsLastRowWhateverComesOrGoesMeanwhile() {
        CodebaseRecord first = codebase("ann");
        CodebaseRecord second = Records.codebase("ann", NOON.plusSeconds(1));
        database.codebases().insert(second);
        String token = database.codebases()
                .list(Optional.empty(), new PageRequest(1, ""))
                .nextToken()
                .orElseThrow();
        database.codebases().delete(first.id());
        database.codebases().insert(Records.codebase("ann", NOON.minusSeconds(1)));
        assertThat(database.codebases()
                        .list(Optional.empty(), new PageRequest(0, token))
                        .items())
                .containsExactly(second);
    }

    @Test
    void aTokenThatNobodyGaveOutIsRefused() {
        for (String token : List.of("x", "!!!", "AAAA", "AAAAAAAAAAA", Keyset.token(0, "' OR ''='"), "\0")) {
            assertThatThrownBy(() -> database.codebases().list(Optional.empty(), new PageRequest(1, token)))
                    .isInstanceOf(PageTokenException.class);
        }
        assertThatThrownBy(() -> new PageRequest(-1, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void labelsThatWereAddedLaterAreFoundUntilTheyAreRemovedAndReplaceNone() {
        SandboxRecord one = sandbox(codebase("ann"), NOON, Map.of("team", "a"));
        assertThat(database.sandboxes().addLabels(one.id(), Map.of("held", "yes", "by", "root")))
                .hasValue(Map.of("team", "a", "held", "yes", "by", "root"));
        assertThat(database.sandboxes().addLabels(one.id(), Map.of("by", "ann", "team", "b")))
                .hasValue(Map.of("team", "a", "held", "yes", "by", "root"));
        assertThat(ids(SandboxFilter.ALL.labelled(Map.of("held", "yes", "team", "a"))))
                .containsExactly(one.id());
        assertThat(database.sandboxes().removeLabels(one.id(), Set.of("held", "by", "nothing")))
                .isTrue();
        assertThat(ids(SandboxFilter.ALL.labelled(Map.of("held", "yes")))).isEmpty();
        assertThat(database.sandboxes().find(one.id()).orElseThrow().labels()).isEqualTo(Map.of("team", "a"));
        assertThat(database.sandboxes().addLabels("sb_0123456789abcdef", Map.of("held", "yes")))
                .isEmpty();
        assertThat(database.sandboxes().removeLabels("sb_0123456789abcdef", Set.of("held")))
                .isFalse();
    }

    @Test
    void sandboxesAreFoundByOwnerCodebaseStateAndAllOfSomeLabels() {
        CodebaseRecord ann = codebase("ann");
        CodebaseRecord bob = codebase("bob");
        SandboxRecord one = sandbox(ann, NOON, Map.of("team", "a", "env", "dev"));
        SandboxRecord two = sandbox(ann, NOON.plusSeconds(1), Map.of("team", "a", "env", "prod"));
        SandboxRecord three = sandbox(bob, NOON.plusSeconds(2), Map.of("team", "b"));
        database.sandboxes().move(two.id(), SandboxState.PENDING, SandboxState.RUNNING, "", NOON);
        assertThat(ids(SandboxFilter.ALL)).containsExactly(one.id(), two.id(), three.id());
        assertThat(ids(SandboxFilter.ALL.ofOwner("ann"))).containsExactly(one.id(), two.id());
        assertThat(ids(SandboxFilter.ALL.ofCodebase(bob.id()))).containsExactly(three.id());
        assertThat(ids(SandboxFilter.ALL.in(SandboxState.RUNNING))).containsExactly(two.id());
        assertThat(ids(SandboxFilter.ALL.labelled(Map.of("team", "a")))).containsExactly(one.id(), two.id());
        assertThat(ids(SandboxFilter.ALL.labelled(Map.of("team", "a", "env", "dev"))))
                .containsExactly(one.id());
        assertThat(ids(SandboxFilter.ALL.labelled(Map.of("team", "a", "env", "dev", "x", "y"))))
                .isEmpty();
        assertThat(ids(SandboxFilter.ALL
                        .ofOwner("ann")
                        .ofCodebase(ann.id())
                        .in(SandboxState.PENDING)
                        .labelled(Map.of("env", "dev"))))
                .containsExactly(one.id());
        Page<SandboxRecord> page = database.sandboxes().list(SandboxFilter.ALL.ofOwner("ann"), new PageRequest(1, ""));
        assertThat(page.items()).extracting(SandboxRecord::id).containsExactly(one.id());
        assertThat(database.sandboxes()
                        .list(
                                SandboxFilter.ALL.ofOwner("ann"),
                                new PageRequest(1, page.nextToken().orElseThrow()))
                        .items())
                .extracting(SandboxRecord::id)
                .containsExactly(two.id());
    }

    private List<String> ids(SandboxFilter filter) {
        return database.sandboxes().list(filter, PageRequest.ALL).items().stream()
                .map(SandboxRecord::id)
                .toList();
    }

    @Test
    void aSandboxMovesOnlyFromTheStateItIsInAndOnlyWhereItMay() {
        String id = sandbox(codebase("ann"), NOON, Map.of()).id();
        SandboxTable table = database.sandboxes();
        Instant at = NOON.plusSeconds(5);
        assertThat(table.move(id, SandboxState.RUNNING, SandboxState.STOPPED, "", at))
                .isFalse();
        assertThat(table.move(id, SandboxState.PENDING, SandboxState.RUNNING, "", at))
                .isTrue();
        assertThat(table.move(id, SandboxState.PENDING, SandboxState.RUNNING, "", at))
                .isFalse();
        assertThat(table.find(id).orElseThrow().startedAt()).contains(at);
        assertThat(table.move(id, SandboxState.RUNNING, SandboxState.ERROR, "it died", at.plusSeconds(1)))
                .isTrue();
        SandboxRecord dead = table.find(id).orElseThrow();
        assertThat(dead.reason()).isEqualTo("it died");
        assertThat(dead.stoppedAt()).contains(at.plusSeconds(1));
        assertThat(table.move(id, SandboxState.ERROR, SandboxState.RUNNING, "", at.plusSeconds(2)))
                .isTrue();
        SandboxRecord again = table.find(id).orElseThrow();
        assertThat(again.reason()).isEmpty();
        assertThat(again.stoppedAt()).contains(at.plusSeconds(1));
        for (SandboxState from : SandboxState.values()) {
            assertThatThrownBy(() -> table.move(id, from, SandboxState.PENDING, "", at))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> table.move(id, SandboxState.PENDING, SandboxState.STOPPED, "", at))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofManyThatStartASandboxAtOnceOneDoes() throws Exception {
        String id = sandbox(codebase("ann"), NOON, Map.of()).id();
        List<Boolean> started =
                together(50, _ -> database.sandboxes().move(id, SandboxState.PENDING, SandboxState.RUNNING, "", NOON));
        assertThat(started.stream().filter(won -> won)).hasSize(1);
    }

    @Test
    void ofAHundredCreationsAtOnceAsManySucceedAsTheQuotaHas() throws Exception {
        CodebaseRecord codebase = codebase("ann");
        CodebaseRecord other = codebase("bob");
        List<Insertion> made = together(
                100,
                i -> database.sandboxes()
                        .insert(
                                Records.sandbox(i % 2 == 0 ? codebase : other, NOON, Map.of()),
                                new SandboxQuota(10, 0)));
        assertThat(made.stream().filter(new Insertion.Done()::equals)).hasSize(20);
        assertThat(made.stream().filter(new Insertion.TooMany(10)::equals)).hasSize(80);
        assertThat(database.users().usage("ann").sandboxes()).isEqualTo(10);
        database.sandboxes().delete(ids(SandboxFilter.ALL.ofOwner("ann")).getFirst());
        assertThat(database.sandboxes().insert(Records.sandbox(codebase, NOON, Map.of()), new SandboxQuota(10, 0)))
                .isEqualTo(new Insertion.Done());
    }

    @Test
    void destroyingASandboxDoesNotAllowAnotherWithinTheHour() {
        CodebaseRecord codebase = codebase("ann");
        SandboxQuota quota = new SandboxQuota(0, 2);
        for (int i = 0; i < 2; i++) {
            SandboxRecord sandbox = Records.sandbox(codebase, NOON.plusSeconds(i * 60L), Map.of());
            assertThat(database.sandboxes().insert(sandbox, quota)).isEqualTo(new Insertion.Done());
            database.sandboxes().delete(sandbox.id());
        }
        SandboxRecord third = Records.sandbox(codebase, NOON.plusSeconds(120), Map.of());
        assertThat(database.sandboxes().insert(third, quota))
                .isEqualTo(new Insertion.TooFast(2, NOON.plusSeconds(3600)));
        SandboxRecord later = Records.sandbox(codebase, NOON.plusSeconds(3600), Map.of());
        assertThat(database.sandboxes().insert(later, quota)).isEqualTo(new Insertion.Done());
        assertThat(database.creations().purge(NOON.plusSeconds(3600))).isEqualTo(3);
    }

    @Test
    void aSandboxNeedsItsCodebaseAndKeepsItFromGoing() {
        CodebaseRecord codebase = codebase("ann");
        SandboxRecord sandbox = sandbox(codebase, NOON, Map.of("a", "b"));
        assertThat(database.codebases().delete(codebase.id())).isEqualTo(CodebaseTable.Deletion.IN_USE);
        assertThat(database.sandboxes().countOfCodebase(codebase.id())).isEqualTo(1);
        assertThat(database.sandboxes().delete(sandbox.id())).isTrue();
        assertThat(database.codebases().delete(codebase.id())).isEqualTo(CodebaseTable.Deletion.DONE);
        assertThat(database.sandboxes().insert(Records.sandbox(codebase, NOON, Map.of()), SandboxQuota.NONE))
                .isEqualTo(new Insertion.NoCodebase());
        assertThat(database.users().usage("ann").sandboxes()).isZero();
    }

    @Test
    void closedSessionsStayUntilTheirSandboxGoes() {
        SandboxRecord sandbox = sandbox(codebase("ann"), NOON, Map.of());
        SessionRecord session = new SessionRecord(
                Ids.newSession(), sandbox.id(), SessionState.ACTIVE, "/bin/sh", "", NOON, Optional.empty());
        database.sessions().insert(session);
        assertThat(database.sessions().close(session.id(), "exit", NOON)).isTrue();
        assertThat(database.sessions().close(session.id(), "again", NOON)).isFalse();
        SessionRecord closed = database.sessions().find(session.id()).orElseThrow();
        assertThat(closed.state()).isEqualTo(SessionState.CLOSED);
        assertThat(closed.reason()).isEqualTo("exit");
        assertThat(closed.closedAt()).contains(NOON);
        assertThat(database.sessions().list(sandbox.id())).containsExactly(closed);
        database.sandboxes().delete(sandbox.id());
        assertThat(database.sessions().find(session.id())).isEmpty();
        assertThat(database.sessions().insert(session)).isFalse();
    }

    @Test
    void afterACrashNothingRunsAndNoSessionIsOpen() {
        CodebaseRecord codebase = codebase("ann");
        SandboxRecord running = sandbox(codebase, NOON, Map.of());
        SandboxRecord pending = sandbox(codebase, NOON, Map.of());
        database.sandboxes().move(running.id(), SandboxState.PENDING, SandboxState.RUNNING, "", NOON);
        SessionRecord session = new SessionRecord(
                Ids.newSession(), running.id(), SessionState.ACTIVE, "/bin/sh", "", NOON, Optional.empty());
        database.sessions().insert(session);
        database.idempotency().claim("ann", "k", new byte[] {1}, NOON);
        reopen();
        assertThat(database.sandboxes().stopAllRunning("the server ended", NOON))
                .isEqualTo(1);
        assertThat(database.sessions().closeAll("the server ended", NOON)).isEqualTo(1);
        assertThat(database.idempotency().abandonAll()).isEqualTo(1);
        assertThat(database.sandboxes().find(running.id()).orElseThrow().state())
                .isEqualTo(SandboxState.STOPPED);
        assertThat(database.sandboxes().find(running.id()).orElseThrow().reason())
                .isEqualTo("the server ended");
        assertThat(database.sandboxes().find(pending.id()).orElseThrow().state())
                .isEqualTo(SandboxState.PENDING);
        assertThat(database.sandboxes().count(SandboxState.RUNNING)).isZero();
    }

    @Test
    void aStartIsOneStep() {
        String id = sandbox(codebase("ann"), NOON, Map.of()).id();
        SandboxTable table = database.sandboxes();
        Map<String, Duration> phases = Map.of("mount", Duration.ofNanos(1));
        assertThat(table.started(id, SandboxState.PENDING, "delta", phases, List.of("pids_limit"), NOON))
                .isTrue();
        SandboxRecord running = table.find(id).orElseThrow();
        assertThat(running.state()).isEqualTo(SandboxState.RUNNING);
        assertThat(running.startedAt()).contains(NOON);
        assertThat(running.deltaId()).contains("delta");
        assertThat(running.startPhases()).isEqualTo(phases);
        assertThat(table.started(id, SandboxState.PENDING, "other", phases, List.of(), NOON))
                .isFalse();
        assertThat(table.find(id).orElseThrow().deltaId()).contains("delta");
    }

    @Test
    void partsOfASandboxCanBeSet() {
        String id = sandbox(codebase("ann"), NOON, Map.of()).id();
        SandboxTable table = database.sandboxes();
        List<Rule> rules = List.of(Rule.of("/x", Level.VIEW, -5));
        assertThat(table.setRules(id, rules)).isTrue();
        assertThat(table.setDelta(id, "other")).isTrue();
        assertThat(table.setExpiry(id, NOON.plusSeconds(1))).isTrue();
        SandboxRecord changed = table.find(id).orElseThrow();
        assertThat(changed.rules()).isEqualTo(rules);
        assertThat(changed.deltaId()).contains("other");
        assertThat(table.expired(NOON)).isEmpty();
        assertThat(table.expired(NOON.plusSeconds(1))).containsExactly(changed);
    }

    @Test
    void anOwnersCodebasesTogetherNeverGrowBeyondItsLimit() throws Exception {
        CodebaseRecord one = codebase("ann");
        CodebaseRecord two = codebase("ann");
        CodebaseRecord others = codebase("bob");
        CodebaseTable table = database.codebases();
        List<Boolean> grown =
                together(60, i -> table.adjust(i % 2 == 0 ? one.id() : two.id(), 100, 1, 1000, NOON.plusSeconds(1)));
        assertThat(grown.stream().filter(done -> done)).hasSize(10);
        assertThat(table.bytesOf("ann")).isEqualTo(1000);
        assertThat(database.users().usage("ann").codebaseBytes()).isEqualTo(1000);
        assertThat(table.adjust(others.id(), 1000, 1, 1000, NOON)).isTrue();
        assertThat(table.adjust(one.id(), 0, 1, 1, NOON)).isTrue();
        assertThat(table.adjust(one.id(), -1_000_000, -1_000_000, 1, NOON)).isTrue();
        CodebaseRecord emptied = table.find(one.id()).orElseThrow();
        assertThat(emptied.size()).isZero();
        assertThat(emptied.fileCount()).isZero();
        assertThat(table.adjust("cb_0000000000000000", 1, 1, 0, NOON)).isFalse();
        assertThat(table.setCounts(one.id(), 5, 6, NOON.plusSeconds(9))).isTrue();
        assertThat(table.find(one.id()).orElseThrow().updatedAt()).isEqualTo(NOON.plusSeconds(9));
    }

    @Test
    void usersAreKnownOnceTheyOwnSomethingAndCanBeBlocked() {
        codebase("ann");
        assertThat(database.users().find("ann")).contains(new UserRecord("ann", false, "", NOON));
        assertThat(database.users().isBlocked("ann")).isFalse();
        assertThat(database.users().block("ann", "mining", NOON).reason()).isEqualTo("mining");
        database.users().block("zoe", "", NOON);
        assertThat(database.users().isBlocked("ann")).isTrue();
        codebase("ann");
        assertThat(database.users().isBlocked("ann")).isTrue();
        assertThat(database.users().list()).extracting(UserRecord::id).containsExactly("ann", "zoe");
        assertThat(database.users().unblock("ann", NOON)).isEqualTo(new UserRecord("ann", false, "", NOON));
    }

    @Test
    void ofManyRequestsWithOneKeyOneIsTheFirst() throws Exception {
        byte[] request = {1, 2, 3};
        IdempotencyTable table = database.idempotency();
        List<Claim> claims = together(20, _ -> table.claim("ann", "k", request, NOON));
        assertThat(claims.stream().filter(new Claim.Fresh()::equals)).hasSize(1);
        assertThat(claims.stream().filter(new Claim.Pending()::equals)).hasSize(19);
        assertThat(table.claim("bob", "k", request, NOON)).isEqualTo(new Claim.Fresh());
        assertThat(table.claim("ann", "k", new byte[] {9}, NOON)).isEqualTo(new Claim.Mismatch());
        table.complete("ann", "k", new byte[] {7});
        assertThat(table.claim("ann", "k", request, NOON))
                .isInstanceOfSatisfying(
                        Claim.Done.class, done -> assertThat(done.response()).containsExactly(7));
        table.abandon("ann", "k");
        assertThat(table.claim("ann", "k", request, NOON)).isInstanceOf(Claim.Done.class);
        table.abandon("bob", "k");
        assertThat(table.claim("bob", "k", request, NOON)).isEqualTo(new Claim.Fresh());
        assertThat(table.purge(NOON.plusSeconds(1))).isEqualTo(1);
        assertThat(table.claim("ann", "k", request, NOON)).isEqualTo(new Claim.Fresh());
    }

    @Test
    void ofAKeyOnlyTheHashIsKept() {
        ApiKeyRecord key = new ApiKeyRecord(
                Ids.newKey(),
                "ann",
                Role.AUDITOR,
                "laptop",
                NOON,
                Optional.of(NOON.plusSeconds(9)),
                Optional.empty(),
                Optional.empty());
        byte[] hash = {1, 2, 3};
        database.apiKeys().insert(key, hash);
        ApiKeyTable.Hashed found = database.apiKeys().find(key.id()).orElseThrow();
        assertThat(found.key()).isEqualTo(key);
        assertThat(found.hash()).isEqualTo(hash);
        assertThat(database.apiKeys().list(Optional.of("ann"))).containsExactly(key);
        assertThat(database.apiKeys().list(Optional.of("bob"))).isEmpty();
        database.apiKeys().touch(key.id(), NOON.plusSeconds(1));
        assertThat(database.apiKeys().list(Optional.empty()).getFirst().lastUsedAt())
                .contains(NOON.plusSeconds(1));
        assertThat(database.apiKeys().revoke(key.id(), NOON.plusSeconds(2))).isTrue();
        assertThat(database.apiKeys().revoke(key.id(), NOON.plusSeconds(3))).isFalse();
        assertThat(database.apiKeys().list(Optional.empty())).isEmpty();
        assertThat(database.apiKeys().find(key.id()).orElseThrow().key().revokedAt())
                .contains(NOON.plusSeconds(2));
    }

    /** Work of one of many. */
    @FunctionalInterface
    private interface Task<T> {
        T run(int number) throws Exception;
    }

    private static <T> List<T> together(int count, Task<T> task) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                futures.add(threads.submit(() -> task.run(number)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
