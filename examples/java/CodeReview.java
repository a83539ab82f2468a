import io.agentfense.client.PermissionDeniedException;
import io.agentfense.client.Sandbox;

/**
 * A reviewer that reads a project's sources, writes its review to output/, and can change nothing else.
 *
 * <p>Usage: CodeReview [DIRECTORY]
 */
void main(String[] arguments) {
    Path project = Path.of(arguments.length > 0 ? arguments[0] : "examples/tour");
    try (var sandbox = Sandbox.fromLocal(project).preset("agent-safe").start()) {
        var remarks = review(sandbox);
        if (!remarks.isEmpty()) {
            overreach(sandbox, remarks.getFirst().split(":")[0]);
        }
        IO.print(sandbox.files().readText("output/review.md"));
    }
}

/** Looks through all sources that the rules show, and writes down what there is to say. A model would say more. */
List<String> review(Sandbox sandbox) {
    var remarks = new ArrayList<String>();
    Map.of(
                    "TODO", "something is left to do",
                    "print\\(", "is this output meant for users?",
                    "^.{101}", "hard to read")
            .forEach((expression, remark) -> sandbox.files()
                    .searchExpression(".", expression, "*.py")
                    .forEach(match -> remarks.add(match.path() + ":" + match.line() + ": " + remark)));
    Collections.sort(remarks);
    sandbox.files().write("output/review.md", "# Review\n- " + String.join("\n- ", remarks) + "\n");
    return remarks;
}

/** Tries to mend what was found. It is not the reviewer's to do. */
void overreach(Sandbox sandbox, String path) {
    try {
        sandbox.files().write(path, "print('improved')\n");
    } catch (PermissionDeniedException refusal) {
        IO.println("refused: " + refusal.getMessage());
        return;
    }
    throw new IllegalStateException("the reviewer changed a source");
}
