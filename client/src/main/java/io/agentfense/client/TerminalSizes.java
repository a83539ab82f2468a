package io.agentfense.client;

import io.agentfense.api.ours.v1.TerminalSize;

/** Sizes of terminals, as messages. Stateless. */
final class TerminalSizes {
    private static final int LARGEST = 0xffff;

    private TerminalSizes() {}

    static TerminalSize of(int rows, int columns) {
        if (rows < 1 || rows > LARGEST || columns < 1 || columns > LARGEST) {
            throw new IllegalArgumentException("a terminal has 1 to " + LARGEST + " rows and columns");
        }
        return TerminalSize.newBuilder().setRows(rows).setColumns(columns).build();
    }
}
