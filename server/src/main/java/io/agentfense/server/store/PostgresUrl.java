package io.agentfense.server.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Reads {@code postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE}, which JDBC does not know. Stateless. */
final class PostgresUrl {
    private PostgresUrl() {}

    static DatabaseLocation.Postgres parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            // Not with the exception as its cause: that one repeats the URL, with the password.
            throw new StoreException(
                    "storage.db_path is no URL; write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, special characters"
                            + " percent-encoded");
        }
        if (uri.getRawAuthority() == null || uri.getRawPath() == null) {
            throw new StoreException("storage.db_path names no host; write postgresql://USER@HOST/DATABASE");
        }
        String authority = uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        Properties login = new Properties();
        if (at >= 0) {
            String[] user = authority.substring(0, at).split(":", 2);
            login.setProperty("user", decode(user[0]));
            if (user.length == 2) {
                login.setProperty("password", decode(user[1]));
            }
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new DatabaseLocation.Postgres(
                "jdbc:postgresql://" + authority.substring(at + 1) + uri.getRawPath() + query, login);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
