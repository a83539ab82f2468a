package io.agentfense.secret.rule;

import io.agentfense.secret.check.MadeUp;
import io.agentfense.secret.text.Ascii;
import io.agentfense.secret.text.Text;
import java.util.Locale;
import java.util.Set;

/** The password in the authority of a URL, {@code scheme://user:password@host}; the literal is {@code ://}. */
final class UrlFinder implements Finder {
    private static final int MOST_BYTES = 300;
    private static final Set<String> WEB = Set.of(
            "http", "https", "ftp", "ftps", "sftp", "ssh", "git", "ws", "wss", "svn", "smb", "ldap", "ldaps", "socks5",
            "socks5h");

    private final boolean web;

    /**
     * @param web whether the schemes are those of the web and of file transfer, or all others: databases, queues, mail
     */
    UrlFinder(boolean web) {
        this.web = web;
    }

    @Override
    public boolean find(Text text, int literalStart, int literalEnd, Hit hit) {
        int colon = -1;
        int at = -1;
        int end = literalEnd;
        for (; end < literalEnd + MOST_BYTES; end++) {
            int c = text.at(end);
            if (c == '@') {
                at = end;
            } else if (c == ':' && colon < 0) {
                colon = end;
            } else if (c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '/' || c == '<' || c == '\\') {
                break;
            }
        }
        return at >= 0
                && colon >= 0
                && colon + 1 < at
                && isScheme(text, literalStart)
                && isHost(text, at + 1, end)
                && isPassword(text.substring(literalEnd, colon), text.substring(colon + 1, at))
                && hit.at(colon + 1, at, 0);
    }

    private boolean isScheme(Text text, int end) {
        int start = end;
        while (end - start < 24 && (Ascii.isWord(text.at(start - 1)) || "+-.".indexOf(text.at(start - 1)) >= 0)) {
            start--;
        }
        if (start == end) {
            return false;
        }
        String scheme = text.substring(start, end).toLowerCase(Locale.ROOT);
        String first = scheme.substring(scheme.lastIndexOf('+') + 1);
        return (WEB.contains(scheme) || WEB.contains(first) || scheme.startsWith("git+")) == web;
    }

    private static boolean isHost(Text text, int start, int end) {
        String host = text.substring(start, end);
        text.charge((long) host.length() * host.length() / 16);
        return !host.isEmpty()
                && !MadeUp.isReference(host)
                && !host.matches("(?i)(.*[.])?(example[.](com|org|net)|example|test|invalid)(:\\d+)?[,;.)]?");
    }

    private static boolean isPassword(String user, String password) {
        return !MadeUp.password(password)
                && !password.equalsIgnoreCase(user)
                && password.length() >= 4
                && !password.matches("[a-z]{1,7}|[A-Z_]+|[.…]+|[a-z]+[_-]?(pass|password|pw)");
    }
}
