package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sets mode and time of modification of what stays in its place, or of a directory that has just been put there.
 *
 * @param inode which file is meant
 * @param from what it had
 * @param to what it gets
 */
record Adjustment(BytePath path, long inode, Attributes from, Attributes to) implements Step {
    /**
     * Mode and time.
     *
     * @param mode permission, set-id and sticky bits
     * @param dated whether the time counts
     */
    record Attributes(int mode, boolean dated, long seconds, int nanos) {
        boolean isTimeOf(Stat stat) {
            return stat.modifySeconds == seconds && stat.modifyNanos == nanos;
        }
    }

    @Override
    public void forward(Ground ground) throws IOException {
        try (Place place = ground.at(path)) {
            Stat now = place.look();
            if (!holds(now) || isRewritten(now)) {
                throw new BaseChangedException(path);
            }
            set(ground, place, to);
        }
    }

    @Override
    public void back(Ground ground) throws IOException {
        try (Place place = ground.find(path)) {
            if (place != null && holds(place.look())) {
                set(ground, place, from);
            }
        }
    }

    /** Whether a file got new content since it was compared; a directory's time moves with our own steps. */
    private boolean isRewritten(@Nullable Stat now) {
        return now != null && now.isRegular() && !from.isTimeOf(now) && !to.isTimeOf(now);
    }

    private void set(Ground ground, Place place, Attributes attributes) throws IOException {
        ground.touchAttributes(path);
        place.permit(attributes.mode());
        if (attributes.dated()) {
            place.date(attributes.seconds(), attributes.nanos());
        }
    }

    @Override
    public boolean holds(@Nullable Stat now) {
        return now != null && now.inode == inode;
    }
}
