package io.agentfense.workspace.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Descriptor;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.secret.mask.Placeholder;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.GitPatch;
import io.agentfense.workspace.delta.apply.Refusal;
import io.agentfense.workspace.live.LiveScene.Mounted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {
    private static final List<Rule> RULES = List.of(
            Rule.of("**/*", Level.WRITE),
            Rule.of("**/.env", Level.WRITE, 10).withMask(true),
            Rule.of("**/.env.*", Level.WRITE, 10).withMask(true),
            Rule.of("/config/**", Level.WRITE, 10).withMask(true),
            Rule.of("/read/**", Level.READ, 10).withMask(true));

    private static final String ENV = "DEBUG=true\nDB_PASSWORD=hunter2\nAPI_KEY=\"s3cr3t-value-0123\"\nNAME=app\n";

    /** A file, how it is begun, what an editor replaces in it, and by what. */
    private record Sample(String path, String content, String old, String fresh) {}

    static final List<Sample> SAMPLES = List.of(
            new Sample(".env", ENV, "NAME=app", "NAME=other"),
            new Sample("config/app.json", "{\"name\": \"app\",\n \"dbPassword\": \"hunter2\"}\n", "app\"", "other\""),
            new Sample("config/app.yaml", "name: app\ndb:\n  password: hunter2 # old\n", "name: app", "name: other"),
            new Sample("config/app.properties", "name=app\r\ndb.password=hunter2\r\n", "name=app", "name=other"),
            new Sample("config/.netrc", "machine app login me password hunter2\n", "machine app", "machine other"));

    @TempDir
    Path directory;

    private LiveScene scene;

    /** A descriptor of the codebase. */
    private int codebase;

    @BeforeEach
    void open() throws Exception {
        scene = new LiveScene(directory, RULES, WorkspaceOptions::withLiveRules);
        Files.createDirectories(scene.base.resolve("config"));
        codebase = Descriptor.openDirectory(scene.base.toString());
    }

    @AfterEach
    void close() throws Exception {
        scene.close();
        Descriptor.close(codebase);
    }

    private void base(String path, String content) throws IOException {
        Files.createDirectories(scene.base.resolve(path).getParent());
        Files.writeString(scene.base.resolve(path), content);
    }

    private String inBase(String path) throws IOException {
        return Files.readString(scene.base.resolve(path));
    }

    /** Runs a shell command in a directory; its output. */
    private static String sh(Path directory, String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void whatIsReadHasTheSecretNowhere() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        String shown = mounted.read(".env");
        assertThat(shown)
                .startsWith("DEBUG=true\nDB_PASSWORD=" + Placeholder.PREFIX)
                .endsWith("\nNAME=app\n")
                .doesNotContain("hunter2")
                .doesNotContain("s3cr3t");
        assertThat(Files.size(mounted.path(".env"))).isEqualTo(shown.length());
        String everything = sh(
                mounted.root(),
                "cat .env; cp .env copy; cat copy; dd if=.env bs=1 status=none; grep -r . .; tail -c 30 .env;"
                        + " ln -s .env link; cat link; cat < /proc/self/fd/0 < .env; ln .env hard; cat hard; wc -c .env");
        assertThat(everything)
                .doesNotContain("hunter2")
                .doesNotContain("s3cr3t")
                .contains("DB_PASSWORD=");
    }

    @Test
    void theUpperNeverHasTheSecret() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "echo MORE=1 >> .env; chmod 600 .env; mv .env .env.old; cp .env.old .env");
        try (Stream<Path> all = Files.walk(directory.resolve("state"))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain("hunter2")
                        .doesNotContain("s3cr3t");
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void sedLandsJustItsEdit(Sample sample) throws Exception {
        lands(sample, "sed -i 's/" + sample.old + "/" + sample.fresh + "/' " + sample.path, edited(sample));
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void renamingACopyOverItLandsJustItsEdit(Sample sample) throws Exception {
        String path = sample.path;
        lands(
                sample,
                "sed 's/" + sample.old + "/" + sample.fresh + "/' " + path + " > " + path + "~ && mv " + path + "~ "
                        + path,
                edited(sample));
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void appendingAKeyLandsJustThatKey(Sample sample) throws Exception {
        if (sample.path.endsWith(".json")) {
            lands(
                    sample,
                    "sed -i 's/}$/, \"more\": \"1\"}/' " + sample.path,
                    sample.content.replace("}\n", ", \"more\": \"1\"}\n"));
        } else {
            lands(sample, "printf 'more: 1\\n' >> " + sample.path, sample.content + "more: 1\n");
        }
    }

    private static String edited(Sample sample) {
        return sample.content.replace(sample.old, sample.fresh);
    }

    private void lands(Sample sample, String command, String expected) throws Exception {
        base(sample.path, sample.content);
        Mounted mounted = scene.mount();
        assertThat(mounted.read(sample.path)).contains(Placeholder.PREFIX).doesNotContain("hunter2");
        assertThat(sh(mounted.root(), command)).isEmpty();
        assertThat(mounted.read(sample.path)).doesNotContain("hunter2");
        assertThat(mounted.commit().result().refused()).isEmpty();
        assertThat(inBase(sample.path)).isEqualTo(expected);
        // Once it is the codebase's again it is masked again, and no change is left.
        assertThat(mounted.read(sample.path)).contains(Placeholder.PREFIX).doesNotContain("hunter2");
        scene.settle(mounted);
        assertThat(mounted.live().changes(codebase).isEmpty()).isTrue();
        assertThat(inBase(sample.path)).isEqualTo(expected);
    }

    @Test
    void aFileThatIsOnlyTouchedKeepsItsContent() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "touch .env; chmod 600 .env; cat .env > x; cat x > .env; rm x");
        mounted.commit();
        assertThat(inBase(".env")).isEqualTo(ENV);
    }

    /** Else whoever sees what has changed could try out one guess after another, and nothing would be landed or recorded. */
    @ParameterizedTest
    @ValueSource(strings = {"hunter1", "hunter2"})
    void aGuessIsAChangeWhetherItIsRightOrNot(String guess) throws Exception {
        base("config/a.env", "DB_PASSWORD=hunter2\n");
        base("config/b.env", "A_TOKEN=other-value\nDB_PASSWORD=hunter2\n");
        base("config/c.json", "{\"password\": \"hunter2\"");
        Mounted mounted = scene.mount();
        sh(
                mounted.root(),
                "ls -l config; echo DB_PASSWORD=" + guess + " > config/a.env; sed -i 's/^DB_P.*/DB_PASSWORD=" + guess
                        + "/' config/b.env; printf '{\"password\": \"" + guess + "\"' > x; mv x config/c.json");
        assertThat(mounted.live().changes(codebase).list())
                .extracting(change -> change.path() + " " + change.kind())
                .containsExactly("config/a.env MODIFIED", "config/b.env MODIFIED", "config/c.json MODIFIED");
    }

    @Test
    void whatIsCommittedBesideAValueDoesNotTellWhatItBeginsWith() throws Exception {
        base(".env", "DB_PASSWORD=hunter2\n");
        Mounted mounted = scene.mount();
        String before = mounted.read(".env");
        sh(mounted.root(), "for c in a g h i; do echo \"${c}_TOKEN='DB_PASSWORD=$c'\" >> .env; done");
        assertThat(mounted.commit().result().refused()).isEmpty();
        scene.settle(mounted);
        assertThat(inBase(".env")).startsWith("DB_PASSWORD=hunter2\n").contains("h_TOKEN='DB_PASSWORD=h'\n");
        assertThat(mounted.read(".env")).startsWith(before).doesNotContain("hunter2");
    }

    @Test
    void theDiffHasPlaceholdersOnBothSides() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "echo MORE=1 >> .env");
        ByteArrayOutputStream patch = new ByteArrayOutputStream();
        new GitPatch(patch).write(mounted.live().changes(codebase).list());
        assertThat(patch.toString(StandardCharsets.UTF_8))
                .contains("+MORE=1")
                .contains(" NAME=app")
                .doesNotContain("hunter2")
                .doesNotContainPattern("(?m)^-[^-]");
    }

    @Test
    void noDiffHasWhatWasMasked() throws Exception {
        base(".env", ENV);
        base("config/a.env", ENV);
        base("config/b.env", ENV);
        base("config/broken.json", "{\"password\": \"hunter2\"");
        Mounted mounted = scene.mount();
        sh(
                mounted.root(),
                "rm .env; mv config/a.env plain; rm config/b.env; ln -s x config/b.env; rm config/broken.json");
        ByteArrayOutputStream patch = new ByteArrayOutputStream();
        new GitPatch(patch).write(mounted.live().changes(codebase).list());
        assertThat(patch.toString(StandardCharsets.UTF_8))
                .contains("a/.env", "b/plain", "a/config/b.env", "a/config/broken.json", "-NAME=app")
                .doesNotContain("hunter2")
                .doesNotContain("s3cr3t");
    }

    @Test
    void aRenamedFileTakesItsSecretsAlongToWhereTheyAreMaskedToo() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "mv .env .env.production");
        assertThat(mounted.commit().result().refused()).isEmpty();
        assertThat(scene.base.resolve(".env")).doesNotExist();
        assertThat(inBase(".env.production")).isEqualTo(ENV);
        assertThat(mounted.read(".env.production")).doesNotContain("hunter2");
    }

    @Test
    void noSecretLandsWhereItCouldBeRead() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "cp .env readable.txt; mkdir d; mv .env d/moved.txt");
        mounted.commit();
        assertThat(inBase("readable.txt")).contains(Placeholder.PREFIX).doesNotContain("hunter2");
        assertThat(inBase("d/moved.txt")).contains(Placeholder.PREFIX).doesNotContain("hunter2");
    }

    @Test
    void aPlaceholderWithoutItsSecretDoesNotLandInItsPlace() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "cp .env .env.local");
        List<Refusal> refused = mounted.commit().result().refused();
        assertThat(refused).singleElement().satisfies(each -> {
            assertThat(each.change().path()).isEqualTo(BytePath.of(".env.local"));
            assertThat(each.reason()).contains("placeholder");
        });
        assertThat(scene.base.resolve(".env.local")).doesNotExist();
    }

    /** Each would have the codebase hold the secret where nothing tells that it is one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sed -i s/DB_PASSWORD/NOTE/ .env",
                "sed -n 's/DB_PASSWORD/NOTE/p' .env >> .env",
                "sed -i 's/DB_PASSWORD=\\(.*\\)/TEXT=a-\\1-b/' .env",
                "sed -i 's/^DB_PASSWORD=\\(.*\\)/\\1/' .env",
                "mv .env config/notes.txt",
                "cat .env > config/notes.txt; rm .env; cat config/notes.txt",
            })
    void aSecretIsNotMovedToWhereItWouldBeSeen(String command) throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), command);
        List<Refusal> refused = mounted.commit().result().refused();
        assertThat(refused).anySatisfy(each -> assertThat(each.reason()).contains("placeholder"));
        assertThat(sh(mounted.root(), "cat .env config/* 2>/dev/null"))
                .doesNotContain("hunter2")
                .doesNotContain("s3cr3t");
        try (Stream<Path> all = Files.walk(scene.base)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(file.getFileName().toString().equals(".env") ? "" : Files.readString(file))
                        .doesNotContain("hunter2");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mv .env config/notes.txt",
                "mv .env plain.txt",
                "cp .env .env.production; mv .env plain.txt",
                "cp .env config/notes.txt; mv .env .env.production",
            })
    void aFileIsNotRemovedWhileItsSecretsHaveNoOtherPlace(String command) throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), command);
        assertThat(mounted.commit().result().refused()).anySatisfy(each -> {
            assertThat(each.change().path()).isEqualTo(BytePath.of(".env"));
            assertThat(each.reason()).contains("would be gone");
        });
        assertThat(inBase(".env")).isEqualTo(ENV);
        assertThat(scene.base.resolve(".env.production")).doesNotExist();
        sh(mounted.root(), "rm -f .env.production plain.txt config/notes.txt");
        assertThat(mounted.commit().result().refused()).isEmpty();
        assertThat(scene.base.resolve(".env")).doesNotExist();
    }

    @Test
    void anEditThatLeavesAFileThatCantBeMaskedDoesNotLand() throws Exception {
        base("config/app.json", "{\"password\": \"hunter2\"}\n");
        Mounted mounted = scene.mount();
        sh(mounted.root(), "sed -i 's/}//; s/password/note/' config/app.json");
        assertThat(mounted.commit().result().refused())
                .singleElement()
                .satisfies(each -> assertThat(each.reason()).contains("would not be masked"));
        sh(mounted.root(), "echo '}' >> config/app.json; sed -i s/note/token/ config/app.json");
        assertThat(mounted.commit().result().refused()).isEmpty();
        assertThat(inBase("config/app.json")).isEqualTo("{\"token\": \"hunter2\"\n}\n");
    }

    @Test
    void aSecretMayGetAnotherNameThatTellsOne() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "sed -i s/DB_PASSWORD/APP_PASSWORD/ .env");
        assertThat(mounted.commit().result().refused()).isEmpty();
        assertThat(inBase(".env")).isEqualTo(ENV.replace("DB_", "APP_"));
        assertThat(mounted.read(".env")).doesNotContain("hunter2");
    }

    @Test
    void aFileThatIsTooLargeToPutSecretsBackIntoDoesNotLand() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "truncate -s 40M .env");
        assertThat(mounted.commit().result().refused())
                .singleElement()
                .satisfies(each -> assertThat(each.reason()).contains("too large"));
        assertThat(inBase(".env")).isEqualTo(ENV);
    }

    @Test
    void aChangeOfTheCodebaseIsSeenMaskedAndIsAConflictForAnEdit() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        String before = mounted.read(".env");
        base(".env", ENV.replace("hunter2", "correct-horse"));
        await().untilAsserted(() -> assertThat(mounted.read(".env")).isNotEqualTo(before));
        assertThat(mounted.read(".env")).doesNotContain("correct-horse").doesNotContain("hunter2");
        sh(mounted.root(), "echo MORE=1 >> .env");
        base(".env", ENV.replace("hunter2", "battery-staple"));
        assertThatThrownBy(mounted::commit).hasMessageContaining("changed in the codebase");
        assertThat(inBase(".env")).contains("battery-staple");
    }

    @Test
    void aFileThatComesLaterIsMaskedToo() throws Exception {
        Files.createDirectories(scene.base.resolve("d"));
        Mounted mounted = scene.mount();
        assertThat(sh(mounted.root(), "ls -A d; cat d/.env")).contains("No such file");
        base("d/.env", ENV);
        await().until(() -> Files.exists(mounted.path("d/.env")));
        assertThat(mounted.read("d/.env")).contains(Placeholder.PREFIX).doesNotContain("hunter2");
    }

    @Test
    void whatCantBeMaskedWithCertaintyIsDenied() throws Exception {
        base("config/broken.json", "{\"password\": \"hunter2\"");
        Files.write(scene.base.resolve("config/binary"), new byte[] {'h', 0, 'u', (byte) 0xff});
        Mounted mounted = scene.mount();
        for (String path : List.of("config/broken.json", "config/binary")) {
            assertThat(sh(mounted.root(), "cat " + path)).contains("Permission denied");
            assertThat(sh(mounted.root(), "echo x >> " + path)).contains("Permission denied");
            assertThat(sh(mounted.root(), "echo x > " + path)).contains("Permission denied");
            assertThat(sh(mounted.root(), "cp " + path + " y; ln " + path + " z; cat z"))
                    .doesNotContain("hunter2");
        }
        assertThat(mounted.live().workspace().denials().list())
                .anyMatch(denial -> denial.operation().equals("open")
                        && new String(denial.path(), StandardCharsets.UTF_8).equals("config/broken.json"));
        assertThat(inBase("config/broken.json")).isEqualTo("{\"password\": \"hunter2\"");
    }

    @Test
    void readAlsoMasksAndStaysReadOnly() throws Exception {
        base("read/.env", ENV);
        Mounted mounted = scene.mount();
        assertThat(mounted.read("read/.env")).contains(Placeholder.PREFIX).doesNotContain("hunter2");
        assertThat(sh(mounted.root(), "echo x >> read/.env")).contains("Permission denied");
    }

    @Test
    void aFileWithAnotherNameThatIsNotMaskedIsMaskedUnderBoth() throws Exception {
        base(".env", ENV);
        Files.createLink(scene.base.resolve("plain.env"), scene.base.resolve(".env"));
        Mounted mounted = scene.mount();
        assertThat(mounted.read("plain.env"))
                .contains(Placeholder.PREFIX)
                .doesNotContain("s3cr3t")
                .doesNotContain("hunter2");
    }

    /** In a text nothing says that a value is secret; so nobody reads the file by whichever name. */
    @ParameterizedTest
    @ValueSource(strings = {"plain.txt", "config/plain.txt", "x.netrc"})
    void aFileWithANameByWhichLessWouldBeMaskedIsNotRead(String other) throws Exception {
        base(".env", ENV);
        Files.createLink(scene.base.resolve(other), scene.base.resolve(".env"));
        Mounted mounted = scene.mount();
        assertThat(sh(
                        mounted.root(),
                        "cat " + other + " .env; cp " + other + " y; mv " + other + " z; ln .env v; cat y z v"))
                .contains("denied")
                .doesNotContain("hunter2")
                .doesNotContain("s3cr3t");
    }

    @Test
    void rulesThatChangeMaskAndShowAtOnce() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        String shown = mounted.read(".env");
        mounted.live().workspace().changeRules(Policy.compile(LiveScene.EVERYTHING));
        assertThat(mounted.read(".env")).isEqualTo(ENV);
        assertThat(Files.size(mounted.path(".env"))).isEqualTo(ENV.length());
        mounted.live().workspace().changeRules(Policy.compile(RULES));
        assertThat(mounted.read(".env")).isEqualTo(shown);
        assertThat(Files.size(mounted.path(".env"))).isEqualTo(shown.length());
    }

    @Test
    void anEditLandsAfterTheRulesNoLongerMask() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        sh(mounted.root(), "echo MORE=1 >> .env");
        mounted.live().workspace().changeRules(Policy.compile(LiveScene.EVERYTHING));
        mounted.commit();
        assertThat(inBase(".env")).isEqualTo(ENV + "MORE=1\n");
    }

    @Test
    void aForkAndALaterMountPutBackWhatTheFirstMasked() throws Exception {
        base(".env", ENV);
        Mounted first = scene.mount();
        sh(first.root(), "echo MORE=1 >> .env");
        Mounted fork = scene.mount(first.live().fork());
        sh(fork.root(), "echo YET=1 >> .env");
        fork.commit();
        assertThat(inBase(".env")).isEqualTo(ENV + "MORE=1\nYET=1\n");
    }

    @Test
    void whatIsMaskedIsToldOnceForEachVersion() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        List<String> told = new CopyOnWriteArrayList<>();
        mounted.live().workspace().listenToMasks((path, pid, secrets, rules) -> {
            told.add(new String(path, StandardCharsets.UTF_8) + " " + secrets);
            assertThat(pid).isPositive();
        });
        sh(mounted.root(), "cat .env; cat .env; ls -l .env");
        assertThat(told).containsExactly(".env 2");
    }

    /** While the codebase's file flips between two versions, nobody ever reads a secret of either. */
    @Test
    void nobodyReadsASecretWhileTheFileChanges() throws Exception {
        base(".env", ENV);
        Mounted mounted = scene.mount();
        Thread flipper = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 300; i++) {
                try {
                    Path draft = Files.writeString(scene.base.resolve("draft"), "X=1\nA_TOKEN=hunter2-" + i + "\n");
                    if (i % 2 == 0) {
                        Files.move(draft, scene.base.resolve(".env"), StandardCopyOption.REPLACE_EXISTING);
                    } else {
                        Files.writeString(scene.base.resolve(".env"), ENV + i);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        while (flipper.isAlive()) {
            assertThat(sh(mounted.root(), "cat .env")).doesNotContain("hunter2").doesNotContain("s3cr3t");
        }
        flipper.join();
    }

    @Test
    void aDirectMountMasksWhatIsReadAndRefusesToHaveItWritten() throws Exception {
        base("read/.env", ENV);
        Path at = Files.createDirectories(directory.resolve("direct"));
        Owner owner = new Owner(Credentials.uid(), Credentials.gid());
        assertThatThrownBy(() -> Workspace.mount(
                        WorkspaceOptions.direct(scene.base.toString(), Policy.compile(RULES), owner), at.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("over a delta");
        List<Rule> reads = List.of(
                Rule.of("**/*", Level.WRITE),
                Rule.of("/read/**", Level.READ, 10).withMask(true));
        try (Workspace _ = Workspace.mount(
                WorkspaceOptions.direct(scene.base.toString(), Policy.compile(reads), owner), at.toString())) {
            assertThat(sh(at, "cat read/.env; mv read/.env x; ln read/.env x; mv read y; cat x y/.env"))
                    .contains(Placeholder.PREFIX)
                    .doesNotContain("hunter2");
        }
    }
}
