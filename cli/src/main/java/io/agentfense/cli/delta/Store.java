package io.agentfense.cli.delta;

import io.agentfense.linux.Credentials;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.StateRoot;
import io.agentfense.workspace.delta.apply.Recovered;
import io.agentfense.workspace.delta.apply.Recovery;
import java.io.IOException;

/** This user's deltas, put in order after whatever a crash left. */
public final class Store {
    private Store() {}

    /** Opens the store, and says what became of an apply that was cut short. */
    public static DeltaStore open() throws IOException {
        DeltaStore store = DeltaStore.open(StateRoot.of(System.getenv(), Credentials.uid()));
        try {
            for (Recovered recovered : Recovery.run(store)) {
                System.err.println("agentfense: " + recovered.message());
            }
        } catch (IOException e) {
            System.err.println("agentfense: " + e.getMessage());
        }
        return store;
    }
}
