package io.agentfense.egress.credential;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A text as it is written in JSON, HTML and XML, by the libraries that differ in what they escape. Stateless. */
final class Escapes {
    /** Beside quotes and backslashes: in JSON for the use within a page. */
    private static final List<String> OF_JSON = List.of("", "<>&", "<>&'=", "\"<>&'+`");

    private Escapes() {}

    static Set<String> of(String text) {
        Set<String> written = new LinkedHashSet<>();
        for (String escaped : OF_JSON) {
            String json = json(text, escaped);
            written.add(json);
            written.add(json.replace("/", "\\/"));
            written.add(upperDigits(json));
        }
        for (String quote : List.of("'", "&#39;", "&#x27;", "&apos;")) {
            for (String quotes : List.of("\"", "&quot;", "&#34;")) {
                String html = text.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("'", quote)
                        .replace("\"", quotes);
                written.add(html);
                written.add(html.replace("+", "&#43;"));
                written.add(html.replace("=", "&#x3D;").replace("`", "&#x60;").replace("/", "&#x2F;"));
            }
        }
        return written;
    }

    private static String json(String text, String escaped) {
        StringBuilder json = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (escaped.indexOf(c) >= 0) {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return json.toString();
    }

    private static String upperDigits(String json) {
        StringBuilder upper = new StringBuilder();
        for (int at = 0; at < json.length(); at++) {
            boolean digits = at >= 4 && json.startsWith("\\u00", at - 4) || at >= 5 && json.startsWith("\\u00", at - 5);
            upper.append(digits ? Character.toUpperCase(json.charAt(at)) : json.charAt(at));
        }
        return upper.toString();
    }
}
