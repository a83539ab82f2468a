package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * The values in YAML at names that tell secrets, as its grammar has them, however they are laid out. Beside
 * {@link LineValues}, which are found in what is no YAML too, such as a template of it. Used once, by one thread.
 */
final class YamlValues {
    /** Deeper ones take the parser a time that grows with the square. */
    private static final int MAX_DEPTH = 100;

    private final String text;

    /** The offset in bytes of each code point, and of the end. */
    private final int[] offsets;

    private final Ranges found = new Ranges();
    private final PairedNames pairs = new PairedNames();
    private final Deque<Collection> open = new ArrayDeque<>();
    private final Map<String, Ranges.Range> anchors = new HashMap<>();

    /** A mapping or a sequence that has begun. */
    private static final class Collection {
        private final boolean mapping;
        private final boolean secret;
        private boolean valueNext;
        private String name = "";

        Collection(boolean mapping, boolean secret) {
            this.mapping = mapping;
            this.secret = secret;
        }
    }

    private YamlValues(byte[] content) {
        text = new String(content, UTF_8);
        offsets = new int[text.codePointCount(0, text.length()) + 1];
        int index = 0;
        for (int at = 0; at < content.length; at++) {
            if ((content[at] & 0xc0) != 0x80) {
                offsets[index++] = at;
            }
        }
        offsets[index] = content.length;
    }

    /** Those of a content of UTF-8; as far as it is YAML. */
    static Ranges of(byte[] content) {
        YamlValues values = new YamlValues(content);
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(content.length);
        try {
            Iterator<Event> events =
                    new Yaml(options).parse(new StringReader(values.text)).iterator();
            while (values.open.size() < MAX_DEPTH && events.hasNext()) {
                values.event(content, events.next());
            }
        } catch (YAMLException e) {
            return values.found;
        }
        return values.found;
    }

    private void event(byte[] content, Event event) {
        if (event instanceof CollectionStartEvent start) {
            boolean secret = isSecret();
            took("");
            open.push(new Collection(start instanceof MappingStartEvent, secret));
            if (start instanceof MappingStartEvent) {
                pairs.begin();
            }
        } else if (event.is(Event.ID.MappingEnd)) {
            open.pop();
            pairs.end(found);
        } else if (event.is(Event.ID.SequenceEnd)) {
            open.pop();
        } else if (event instanceof ScalarEvent scalar) {
            scalar(content, scalar);
        } else if (event instanceof AliasEvent alias) {
            Ranges.Range range = anchors.get(alias.getAnchor());
            if (isSecret() && range != null) {
                found.add(range.start(), range.end());
            }
            took("");
        }
    }

    private void scalar(byte[] content, ScalarEvent scalar) {
        Ranges.Range range = range(content, scalar);
        if (scalar.getAnchor() != null) {
            anchors.put(scalar.getAnchor(), range);
        }
        Collection in = open.peek();
        if (in != null && in.mapping && in.valueNext) {
            pairs.member(in.name, scalar.getValue(), range.start(), range.end());
        }
        if (isSecret() && !SecretName.isHarmless(scalar.getValue())) {
            found.add(range.start(), range.end());
        }
        took(scalar.getValue());
    }

    /** Whether what comes next is secret. */
    private boolean isSecret() {
        Collection in = open.peek();
        return in != null && (!in.mapping || in.valueNext) && (in.secret || in.mapping && SecretName.is(in.name));
    }

    /** A key or a value has come. */
    private void took(String key) {
        Collection in = open.peek();
        if (in != null) {
            in.name = in.valueNext ? "" : key;
            in.valueNext = !in.valueNext;
        }
    }

    private Ranges.Range range(byte[] content, ScalarEvent scalar) {
        int start = offsets[scalar.getStartMark().getIndex()];
        int end = offsets[scalar.getEndMark().getIndex()];
        boolean block = scalar.getScalarStyle() == ScalarStyle.LITERAL || scalar.getScalarStyle() == ScalarStyle.FOLDED;
        while (block && start < end && content[start] != '\n') {
            start++;
        }
        while (start < end && content[start] <= ' ' && content[start] >= 0) {
            start++;
        }
        while (end > start && content[end - 1] <= ' ' && content[end - 1] >= 0) {
            end--;
        }
        boolean quoted =
                end - start > 1 && InnerValue.isQuote((char) content[start]) && content[end - 1] == content[start];
        return new Ranges.Range(start + (quoted && !block ? 1 : 0), end - (quoted && !block ? 1 : 0));
    }
}
