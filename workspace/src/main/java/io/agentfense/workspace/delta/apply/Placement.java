package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Puts a staged file, link or empty directory where nothing is.
 *
 * @param staged its name in the staging directory
 * @param inode its inode number
 * @param directory whether it is one
 */
record Placement(BytePath path, String staged, long inode, boolean directory) implements Step {
    @Override
    public void forward(Ground ground) throws IOException {
        if (Step.staged(ground, staged) == null) {
            return;
        }
        try (Place place = ground.at(path)) {
            ground.touch(path);
            if (!place.moveFrom(ground.stage.fd(), staged)) {
                throw new BaseChangedException(path);
            }
        }
    }

    @Override
    public void back(Ground ground) throws IOException {
        if (Step.staged(ground, staged) != null) {
            return;
        }
        try (Place place = ground.find(path)) {
            if (place == null || !holds(place.look())) {
                return;
            }
            ground.touch(path);
            if (directory) {
                place.removeDirectory();
            } else {
                place.moveTo(ground.stage.fd(), staged);
            }
        }
    }

    @Override
    public boolean holds(@Nullable Stat now) {
        return now != null && now.inode == inode;
    }
}
