package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Codebases that differ in nothing but what is hidden give the same answers, byte for byte: to a program that goes out of
 * its way to find out, and to ordinary tools. Times are set equal beforehand; inode numbers are left out, since the host's filesystem
 * gives the same ones to new files or not, as it likes.
 */
@ParameterizedClass
@EnumSource(Setting.class)
class TwinsTest {
    private static final Path OPERATIONS = Path.of("src/test/probe/twins.txt");

    /** Commands inside the mount; times are left out. What rsync copied is compared too, as it then lies outside. */
    private static final List<String> TOOLS = List.of(
            "find . -printf '%p %y %m %n %s %b %u %l\\n'",
            "find . -printf '%p\\n'",
            "ls -laR --time-style=+ .",
            "tar --mtime=@0 --numeric-owner --exclude=.git/index -cf ../copy/tar . ; sha256sum ../copy/tar; rm ../copy/tar",
            "du -a . && du -a --apparent-size .",
            "git -C w/repository status --porcelain=v2 --branch --ignored --untracked-files=all",
            "git -C w/repository log --stat",
            "rsync -ai --omit-dir-times --exclude=.git/index . ../copy 2> ../copy/errors; echo $?; sort ../copy/errors; rm ../copy/errors",
            "cd ../copy && find . ! -type d -printf '%p %m %s %l %T@\\n' -o -printf '%p %m\\n' | sort",
            "cd ../copy && find . -type f -exec sha256sum {} + | sort -k2",
            "find . -printf '%p %y %m %n %s %b %u %l\\n'");

    @Parameter
    Setting setting;

    /** What is hidden in a codebase; all else is the same. */
    private enum World {
        NOTHING_HIDDEN {
            @Override
            void hide(Path base) {}
        },
        MUCH_HIDDEN {
            @Override
            void hide(Path base) throws IOException {
                for (String path : HIDDEN) {
                    Treasury.file(base, path, Treasury.CANARY);
                }
                Treasury.file(base, "w/repository/src/hidden", Treasury.CANARY);
                for (int i = 0; i < 300; i++) {
                    Treasury.file(base, "w/mixed/hidden" + i, Treasury.CANARY.repeat(i));
                    Files.createDirectories(base.resolve("r/hidden-directory" + i));
                }
            }
        },
        OTHER_KINDS_HIDDEN {
            @Override
            void hide(Path base) throws IOException {
                Files.createDirectories(base.resolve("w/hidden/below"));
                Treasury.file(base, "w/hiddendir", Treasury.CANARY);
                Treasury.link(base, "r/hidden", "file");
                Treasury.link(base, "v/hidden", "../vault");
                Treasury.file(base, "w/sealed", Treasury.CANARY);
                Treasury.file(base, "vault/key/deeper", Treasury.CANARY);
                Treasury.link(base, "vault/inner", "../w");
                Shell.sh(
                        base,
                        "mkdir w/repository/hidden; echo x > w/repository/hidden/x; echo x > w/repository/src/hidden;"
                                + " mkfifo w/mixed/hidden-beside w/onlyhidden/hidden; chmod 700 vault deep w/hidden;"
                                + " setfattr -n user.tag -v x vault deep w/hidden; chmod 1777 vault");
            }
        };

        /** What goes by the names that the operations try. */
        private static final List<String> HIDDEN = List.of(
                "w/hidden",
                "w/hiddendir/secret",
                "w/mixed/hidden-beside",
                "w/onlyhidden/hidden",
                "w/onlyhidden/hiddendir/deeper",
                "w/sealed/key",
                "r/hidden",
                "r/hiddendir/secret",
                "v/hidden",
                "vault/key",
                "vault/inner/key",
                "deep/other",
                "deep/er/other");

        /** Always the same, down to the names of its objects; with a file that is not added and one that is changed. */
        private static final String REPOSITORY = """
                mkdir w/repository
                cd w/repository
                export GIT_AUTHOR_DATE=@1580608922 GIT_COMMITTER_DATE=@1580608922
                git init -q -b main
                mkdir src
                echo one > src/one
                echo two > two
                git add .
                git -c user.name=A -c user.email=a@example.com commit -q -m first
                echo more >> two
                echo new > src/new
                """;

        abstract void hide(Path base) throws IOException;

        void make(Path base) throws IOException {
            for (String directory : List.of("w", "r", "v")) {
                Treasury.file(base, directory + "/file", "content");
                Treasury.file(base, directory + "/other", "content");
                Treasury.file(base, directory + "/dir/inner", "content");
                Treasury.file(base, directory + "/exec", "#!/bin/sh\nexit 7\n");
                Shell.run(base, List.of("chmod", "755", directory + "/exec"));
                Treasury.link(base, directory + "/link", "file");
                Treasury.link(base, directory + "/tohidden", "hidden");
            }
            Treasury.file(base, "w/mixed/seen", "seen");
            Files.createDirectories(base.resolve("w/onlyhidden"));
            Shell.sh(base, REPOSITORY);
            Treasury.file(base, "vault/public", "public");
            Treasury.file(base, "deep/er/file", "file");
            hide(base);
            Treasury.age(base);
        }
    }

    /**
     * The one operation that tells in a direct mount, as SECURITY.md says: the directory was removed, stayed on disk for
     * what it hides, and was made again. There is no delta in which its new name could be another directory.
     */
    private static final String RENAMES_A_DIRECTORY_THAT_HOLDS_HIDDEN_THINGS = "rename w/onlyhidden w/moved";

    /** What happens in each world, which must be the same in all. */
    @FunctionalInterface
    private interface Life {
        String of(Guarded tree);
    }

    private void sameInAllWorlds(Life life) throws IOException {
        String expected = null;
        for (World world : World.values()) {
            try (Guarded tree = Guarded.over(setting, Treasury.RULES, world::make)) {
                Untouched hidden = Untouched.of(tree.base, Treasury::isProtected);
                String told = life.of(tree);
                tree.unmount();
                hidden.check();
                assertThat(told).doesNotContain(Treasury.CANARY);
                expected = expected == null ? told : expected;
                assertThat(differences(expected, told)).as("%s", world).isEmpty();
            }
        }
    }

    private static String withoutInodes(String answer) {
        return answer.replaceAll("#\\d+", "#");
    }

    private static List<String> differences(String expected, String told) {
        List<String> one = expected.lines().toList();
        List<String> other = told.lines().toList();
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            String a = i < one.size() ? one.get(i) : "(nothing)";
            String b = i < other.size() ? other.get(i) : "(nothing)";
            if (!a.equals(b)) {
                differences.add(a + "  BUT  " + b);
            }
        }
        return differences;
    }

    @Test
    void aProgramThatTriesEverythingCannotTellThem() throws IOException {
        List<String> operations = Files.readAllLines(OPERATIONS).stream()
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .filter(line -> !(setting.direct && line.equals(RENAMES_A_DIRECTORY_THAT_HOLDS_HIDDEN_THINGS)))
                .toList();
        assertThat(operations).hasSizeGreaterThan(200);
        sameInAllWorlds(tree -> {
            List<String> transcript = new ArrayList<>();
            operations.forEach(each -> transcript.add(each + " -> " + withoutInodes(tree.tell(each))));
            return String.join("\n", transcript);
        });
    }

    @Test
    void ordinaryToolsCannotTellThem() throws IOException {
        sameInAllWorlds(tree -> {
            Shell.sh(tree.scratch, "mkdir -m 777 copy");
            StringBuilder told = new StringBuilder();
            for (String tool : TOOLS) {
                Shell.Result result = tree.run(List.of("sh", "-c", tool));
                told.append(tool).append(": ").append(result.exitCode()).append('\n');
                told.append(result.output().replace(tree.scratch.toString(), ""))
                        .append('\n');
            }
            return told.toString();
        });
    }
}
