package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Identity;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges a file or link of the codebase with a staged one, whose name then holds the old.
 *
 * @param staged the name in the staging directory
 * @param inode inode number of the new file
 * @param expected what the old one was when it was compared
 */
record Replacement(BytePath path, String staged, long inode, Identity expected) implements Step {
    @Override
    public void forward(Ground ground) throws IOException {
        Stat waiting = Step.staged(ground, staged);
        if (waiting == null || waiting.inode != inode) {
            check(ground, waiting);
            return;
        }
        try (Place place = ground.at(path)) {
            Stat now = place.look();
            if (!Step.isSame(now, expected)) {
                throw new BaseChangedException(path);
            }
            ground.touch(path);
            place.exchange(ground.stage.fd(), staged);
        }
        check(ground, Step.staged(ground, staged));
    }

    /** Looks at what came out of the exchange; nobody can have changed it unseen before that. */
    private void check(Ground ground, @Nullable Stat old) throws IOException {
        if (!Step.isSame(old, expected)) {
            back(ground);
            throw new BaseChangedException(path);
        }
    }

    @Override
    public void back(Ground ground) throws IOException {
        Stat waiting = Step.staged(ground, staged);
        if (waiting == null || waiting.inode == inode) {
            return;
        }
        try (Place place = ground.find(path)) {
            if (place != null && holds(place.look())) {
                ground.touch(path);
                place.exchange(ground.stage.fd(), staged);
            }
        }
    }

    @Override
    public boolean holds(@Nullable Stat now) {
        return now != null && now.inode == inode;
    }
}
