package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Identity;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Removes a directory of the codebase if it is empty. It is never moved: what is in it, and was hidden from the sandbox
 * or came a moment ago, stays where it is.
 *
 * @param directory its attributes, to make it again by
 * @param owner the same
 * @param required whether something else is to take its place, so that it can't stay
 */
record DirectoryRemoval(BytePath path, Identity directory, Owner owner, boolean required) implements Step {
    @Override
    public void forward(Ground ground) throws IOException {
        try (Place place = ground.find(path)) {
            Stat now = place == null ? null : place.look();
            if (place == null || now == null || !now.isDirectory()) {
                return;
            }
            ground.touch(path);
            if (place.removeDirectory()) {
                return;
            }
        }
        if (required) {
            throw new BaseChangedException(path);
        }
        ground.keep(path);
    }

    @Override
    public void back(Ground ground) throws IOException {
        try (Place place = ground.find(path)) {
            if (place == null) {
                return;
            }
            ground.touch(path);
            if (place.makeDirectory()) {
                owner.give(place);
                place.permit(directory.mode() & 07777);
                place.date(directory.modifySeconds(), directory.modifyNanos());
            }
        }
    }

    @Override
    public boolean holds(@Nullable Stat now) {
        return now == null;
    }
}
