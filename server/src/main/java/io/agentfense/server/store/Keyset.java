package io.agentfense.server.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;

/**
 * Pages in the order of creation: each token names the last row of its page, so that rows that come or go meanwhile
 * neither repeat nor hide others.
 */
final class Keyset {
    private final String select;
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    /** @param select a SELECT of a table that has {@code id} and {@code created_at}, without WHERE */
    Keyset(String select) {
        this.select = select;
    }

    /** Adds a condition that all rows must meet, with the values of its question marks. */
    Keyset where(String condition, Object... arguments) {
        conditions.add("(" + condition + ")");
        values.addAll(List.of(arguments));
        return this;
    }

    <T> Page<T> page(Handle handle, PageRequest request, RowMapper<T> mapper, Function<T, String> token) {
        if (!request.token().isEmpty()) {
            after(request.token());
        }
        String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        // One more than wanted tells whether there is a next page.
        String limit = request.size() == 0 ? "" : " LIMIT " + (request.size() + 1L);
        Query query = handle.createQuery(select + where + " ORDER BY created_at, id" + limit);
        for (int i = 0; i < values.size(); i++) {
            query.bind(i, values.get(i));
        }
        List<T> rows = query.map(mapper).list();
        if (request.size() == 0 || rows.size() <= request.size()) {
            return new Page<>(rows, Optional.empty());
        }
        List<T> items = List.copyOf(rows.subList(0, request.size()));
        return new Page<>(items, Optional.of(token.apply(items.getLast())));
    }

    private void after(String token) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
        } catch (IllegalArgumentException e) {
            throw new PageTokenException();
        }
        if (bytes.remaining() <= Long.BYTES) {
            throw new PageTokenException();
        }
        long created = bytes.getLong();
        String id = StandardCharsets.US_ASCII.decode(bytes).toString();
        if (!Ids.isCodebase(id) && !Ids.isSandbox(id)) {
            throw new PageTokenException();
        }
        where("created_at > ? OR created_at = ? AND id > ?", created, created, id);
    }

    /** The token of the page that begins after a row. */
    static String token(long createdMicros, String id) {
        byte[] name = id.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(createdMicros)
                .put(name);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }
}
