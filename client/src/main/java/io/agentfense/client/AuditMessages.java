package io.agentfense.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.agentfense.api.ours.v1.AuditEntry;
import io.agentfense.api.ours.v1.ReadAuditRequest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records of the audit log and questions for them, to and from messages. Stateless. */
final class AuditMessages {
    /** Up to here each whole number is a double of its own. */
    private static final double EXACT = 1L << 53;

    private AuditMessages() {}

    static ReadAuditRequest of(AuditQuery query, boolean follow) {
        ReadAuditRequest.Builder request = ReadAuditRequest.newBuilder()
                .setSandboxId(query.sandboxId().orElse(""))
                .setUserId(query.userId().orElse(""))
                .addAllEvents(query.events())
                .setPath(query.path().orElse(""))
                .setAfter(query.after())
                .setLimit(query.limit())
                .setNewestFirst(query.newestFirst())
                .setFollow(follow);
        query.from().ifPresent(time -> request.setFrom(Times.of(time)));
        query.until().ifPresent(time -> request.setUntil(Times.of(time)));
        return request.build();
    }

    static AuditRecord of(AuditEntry entry) {
        Struct.Builder parsed = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(entry.getRecord(), parsed);
        } catch (InvalidProtocolBufferException e) {
            throw new ServerFailureException("the server sent a record that is no JSON", e);
        }
        Map<String, Object> fields = of(parsed.build());
        return new AuditRecord(
                entry.getSequence(),
                Instant.parse(String.valueOf(fields.get("timestamp"))),
                String.valueOf(fields.get("event")),
                fields,
                entry.getRecord());
    }

    /** Without members that are null, of which records have none. */
    private static Map<String, Object> of(Struct struct) {
        Map<String, Object> fields = new LinkedHashMap<>();
        struct.getFieldsMap().forEach((name, value) -> {
            if (!value.hasNullValue()) {
                fields.put(name, of(value));
            }
        });
        return fields;
    }

    private static Object of(Value value) {
        return switch (value.getKindCase()) {
            case NUMBER_VALUE -> number(value.getNumberValue());
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case STRUCT_VALUE -> of(value.getStructValue());
            case LIST_VALUE ->
                value.getListValue().getValuesList().stream()
                        .map(AuditMessages::of)
                        .toList();
            case NULL_VALUE, KIND_NOT_SET -> "";
        };
    }

    private static Object number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) <= EXACT;
        return whole ? (Object) (long) value : (Object) value;
    }
}
