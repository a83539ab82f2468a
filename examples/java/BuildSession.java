import io.agentfense.client.PermissionRule;
import io.agentfense.client.Sandbox;

static final Map<String, String> PROJECT = Map.of(
        "src/greet.c", """
                #include <stdio.h>
                void greet(const char *whom) { printf("hello, %s\\n", whom); }
                """,
        "src/main.c", """
                void greet(const char *);
                int main(void) { greet(WHOM); return 0; }
                """,
        "VERSION", "1.2\n");

static final List<Map.Entry<String, String>> STAGES = List.of(
        Map.entry("configure", """
                cd output
                export CFLAGS='-O2 -Wall -DWHOM="world"' VERSION=$(cat ../VERSION)
                say() { echo "$VERSION: $*"; }
                """),
        Map.entry("compile", """
                mkdir -p objects
                for source in ../src/*.c; do
                    cc $CFLAGS -c "$source" -o "objects/$(basename "$source" .c).o" && say "compiled $source" || exit
                done
                cc objects/*.o -o greet
                """),
        Map.entry("test", "[ \"$(./greet)\" = 'hello, world' ] && say passed"),
        Map.entry("package", "tar -czf \"greet-$VERSION.tar.gz\" greet && say \"packed greet-$VERSION.tar.gz\""));

/** Builds a C program in stages, in one shell session: what a stage sets or makes is there for the next. */
void main() throws IOException {
    Path project = Files.createTempDirectory("build-session");
    for (var file : PROJECT.entrySet()) {
        Path path = project.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
    }
    Files.createDirectory(project.resolve("output"));
    try (var sandbox = Sandbox.fromLocal(project)
            .rules(
                    PermissionRule.read("**/*"),
                    PermissionRule.write("/output/**").withPriority(10))
            .start()) {
        build(sandbox);
        IO.println("== got " + sandbox.files().readBytes("output/greet-1.2.tar.gz").length + " bytes");
    }
}

void build(Sandbox sandbox) {
    try (var session = sandbox.session()) {
        for (var stage : STAGES) {
            IO.println("== " + stage.getKey());
            IO.print(session.run(stage.getValue(), Duration.ofMinutes(2)).orThrow().output());
        }
    }
}
