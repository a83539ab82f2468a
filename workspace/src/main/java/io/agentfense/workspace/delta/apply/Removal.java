package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Identity;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a file or link out of the codebase, into the staging directory.
 *
 * @param staged its name there
 * @param expected what it was when it was compared
 */
record Removal(BytePath path, String staged, Identity expected) implements Step {
    @Override
    public void forward(Ground ground) throws IOException {
        if (Step.staged(ground, staged) != null) {
            return;
        }
        try (Place place = ground.find(path)) {
            Stat now = place == null ? null : place.look();
            if (place == null || now == null) {
                return;
            }
            if (!Step.isSame(now, expected)) {
                throw new BaseChangedException(path);
            }
            ground.touch(path);
            place.moveTo(ground.stage.fd(), staged);
            if (!Step.isSame(Step.staged(ground, staged), expected)) {
                place.moveFrom(ground.stage.fd(), staged);
                throw new BaseChangedException(path);
            }
        }
    }

    @Override
    public void back(Ground ground) throws IOException {
        if (Step.staged(ground, staged) == null) {
            return;
        }
        try (Place place = ground.find(path)) {
            if (place != null) {
                ground.touch(path);
                place.moveFrom(ground.stage.fd(), staged);
            }
        }
    }

    @Override
    public boolean holds(@Nullable Stat now) {
        return now == null;
    }
}
