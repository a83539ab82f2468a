package io.agentfense.workspace.attacks;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Descriptor;
import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.Origins;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ordinary user's side of {@link UserMounts}: mounts and unmounts as the lines of its input say. */
final class UserMountServer {
    private final Map<String, Workspace> mounted = new HashMap<>();

    private UserMountServer() {}

    public static void main(String[] arguments) throws IOException {
        UserMountServer server = new UserMountServer();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(server.serve(line.split("\t", -1)));
        }
        server.mounted.values().forEach(Workspace::close);
    }

    private String serve(String[] words) {
        try {
            if (words[0].equals("mount")) {
                mounted.put(words[3], mount(words));
            } else {
                mounted.remove(words[1]).close();
            }
            return "done";
        } catch (IOException | PolicyException | RuntimeException e) {
            return e.toString();
        }
    }

    private static Workspace mount(String[] words) throws IOException, PolicyException {
        List<Rule> rules = new ArrayList<>();
        for (int i = 6; i < words.length; i += 4) {
            rules.add(new Rule(
                    words[i],
                    Level.valueOf(words[i + 1]),
                    PatternType.valueOf(words[i + 2]),
                    Integer.parseInt(words[i + 3])));
        }
        List<Integer> deltas = words[2].isEmpty() ? List.of() : List.of(Descriptor.openDirectory(words[2]));
        try {
            Owner owner = new Owner(Credentials.uid(), Credentials.gid());
            return Workspace.mount(
                    WorkspaceOptions.direct(words[1], Policy.compile(rules), owner)
                            .over(deltas, Origins.NONE)
                            .withDeltaLimit(Long.parseLong(words[5]))
                            .withStrictOpen(Boolean.parseBoolean(words[4])),
                    words[3]);
        } finally {
            deltas.forEach(Descriptor::close);
        }
    }
}
