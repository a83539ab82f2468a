package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import java.io.IOException;

/** The codebase changed at a path between the comparison and the step that was to change it. */
public final class BaseChangedException extends IOException {
    private static final long serialVersionUID = 1;

    BaseChangedException(BytePath path) {
        super("/" + path + " changed in the codebase at this very moment; everything was put back, so try again");
    }
}
