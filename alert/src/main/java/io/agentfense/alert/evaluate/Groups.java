package io.agentfense.alert.evaluate;

import io.agentfense.audit.AuditEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The groups of one rule, of which there are only so many; the one of which least was heard goes first. Not thread-safe. */
final class Groups {
    /** Names of groups are hostile; what begins with the same so many characters is one group. */
    private static final int LONGEST_VALUE = 256;

    private final List<String> fields;
    private final int most;
    private final Map<List<String>, Group> groups = new LinkedHashMap<>(16, 0.75f, true);

    Groups(List<String> fields, int most) {
        this.fields = fields;
        this.most = most;
    }

    /** The group that an event belongs to, if it is there. */
    @Nullable
    Group find(AuditEvent event) {
        return groups.get(key(event));
    }

    /** The group that an event belongs to, if it is there; all of them if it has none of the fields that tell them apart. */
    List<Group> addressed(AuditEvent event) {
        if (!fields.isEmpty() && fields.stream().noneMatch(event.fields()::containsKey)) {
            return List.copyOf(groups.values());
        }
        Group group = find(event);
        return group == null ? List.of() : List.of(group);
    }

    /** Adds the group that an event belongs to, which must not be there. */
    Group add(AuditEvent event, long now) {
        Group group = new Group(key(event), event, now);
        groups.put(group.key, group);
        return group;
    }

    /** Removes one if there are too many. */
    Optional<Group> removeExcess() {
        if (groups.size() <= most) {
            return Optional.empty();
        }
        Group eldest = groups.values().iterator().next();
        remove(eldest);
        return Optional.of(eldest);
    }

    void remove(Group group) {
        groups.remove(group.key);
    }

    Collection<Group> all() {
        return groups.values();
    }

    private List<String> key(AuditEvent event) {
        List<String> key = new ArrayList<>(fields.size());
        for (String field : fields) {
            Object value = event.fields().get(field);
            String text = value == null ? "" : value.toString();
            key.add(text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE));
        }
        return List.copyOf(key);
    }
}
