package io.agentfense.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentfense.alert.text.AlertConfigException;
import io.agentfense.alert.text.Section;
import io.agentfense.audit.forward.Receiver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The receivers of {@code audit.forward}: a list of mappings in a file; the same as JSON elsewhere. */
final class ForwardSection implements ValueType<List<Receiver>> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Object>> LIST = new TypeReference<>() {};

    @Override
    public boolean takesList() {
        return true;
    }

    @Override
    public List<Receiver> read(Given given) {
        List<Receiver> receivers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object entry : entries(given)) {
            String key = "[" + receivers.size() + "]";
            try {
                Receiver receiver = ForwardText.read(key, entry);
                if (!names.add(receiver.name())) {
                    throw Section.of(key, entry)
                            .problem("name", "there is a receiver '" + receiver.name() + "' before it");
                }
                receivers.add(receiver);
            } catch (AlertConfigException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        return List.copyOf(receivers);
    }

    private static List<Object> entries(Given given) {
        try {
            String text = given.string();
            // As other lists, it needs no brackets where it stands alone.
            return JSON.readValue(text.startsWith("[") ? text : "[" + text + "]", LIST);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IllegalArgumentException("must be a list of receivers, each with a name and a type", e);
        }
    }

    @Override
    public String print(List<Receiver> receivers) {
        try {
            return JSON.writeValueAsString(
                    receivers.stream().map(ForwardText::mapping).toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
