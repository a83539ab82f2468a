package io.agentfense.workspace.delta.apply;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.HostTree;
import io.agentfense.workspace.delta.Scene;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A codebase and a delta with every kind of change in it, for tests that interrupt an apply. */
final class Drama {
    static final List<Rule> RULES = List.of(Rule.of("**/*", Level.WRITE), Rule.of("**/secret*", Level.NONE, 10));

    private Drama() {}

    static Scene at(Path directory) throws IOException {
        Scene scene = new Scene(directory, RULES, Drama::fill);
        scene.inside
                .write("d/content", "new", 0755)
                .chmod("d/mode", 0600)
                .touch("d/time", 1000)
                .delete("d/gone");
        scene.inside.delete("gone/e/f").delete("gone/e").delete("gone");
        scene.inside
                .delete("hides/f")
                .delete("hides")
                .delete("file")
                .mkdir("file", 0700)
                .write("file/in", "x");
        scene.inside.delete("dir/f").delete("dir").write("dir", "now a file").link("link", "b");
        scene.inside.mkdir("closed", 0500).write("closed/f", "x").touch("closed", 3000);
        return scene;
    }

    private static void fill(HostTree base) throws IOException {
        base.mkdir("d")
                .write("d/content", "old")
                .write("d/mode", "x")
                .write("d/time", "x")
                .write("d/gone", "x");
        base.mkdir("gone")
                .mkdir("gone/e")
                .write("gone/e/f", "x")
                .write("file", "x")
                .mkdir("dir")
                .write("dir/f", "x");
        base.link("link", "a").mkdir("hides").write("hides/f", "x").write("hides/secret", "keep");
    }

    static final ApplyOptions PART = new ApplyOptions(
            List.of(BytePath.of("d"), BytePath.of("gone"), BytePath.of("file"), BytePath.of("closed")), false, false);
}
