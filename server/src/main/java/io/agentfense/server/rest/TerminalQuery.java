package io.agentfense.server.rest;

import com.linecorp.armeria.common.QueryParams;
import io.agentfense.api.ours.v1.TerminalSize;
import io.agentfense.api.ours.v1.TerminalStart;
import io.agentfense.linux.WindowSize;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.util.List;

/**
 * The start of a terminal as the query of an address: {@code command}, for a shell, {@code workdir}, {@code env} as
 * {@code NAME=VALUE} and repeatable, {@code rows} and {@code cols}. Stateless.
 */
final class TerminalQuery {
    private static final int MOST = 0xffff;

    private TerminalQuery() {}

    /**
     * The message.
     *
     * @throws Refusal INVALID, with the field
     */
    static TerminalStart start(String sandboxId, QueryParams query) throws Refusal {
        TerminalStart.Builder start = TerminalStart.newBuilder()
                .setSandboxId(sandboxId)
                .setCommand(one(query, "command"))
                .setWorkdir(one(query, "workdir"))
                .setSize(TerminalSize.newBuilder()
                        .setRows(number(query, "rows", WindowSize.DEFAULT.rows()))
                        .setColumns(number(query, "cols", WindowSize.DEFAULT.columns())));
        for (String variable : query.getAll("env")) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw new Refusal(Kind.INVALID, "env: must be NAME=VALUE");
            }
            start.putEnv(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return start.build();
    }

    private static String one(QueryParams query, String name) throws Refusal {
        List<String> values = query.getAll(name);
        if (values.size() > 1) {
            throw new Refusal(Kind.INVALID, name + ": is there more than once");
        }
        return values.isEmpty() ? "" : values.getFirst();
    }

    private static int number(QueryParams query, String name, int otherwise) throws Refusal {
        String text = one(query, name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= MOST) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new Refusal(Kind.INVALID, name + ": must be a number from 0 to " + MOST);
    }
}
