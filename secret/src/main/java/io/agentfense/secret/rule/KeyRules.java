package io.agentfense.secret.rule;

import static io.agentfense.secret.rule.Severity.HIGH;
import static io.agentfense.secret.rule.Severity.MEDIUM;
import static io.agentfense.secret.rule.Shapes.nearby;
import static io.agentfense.secret.rule.Shapes.token;

import io.agentfense.secret.check.Bech32;
import io.agentfense.secret.check.JsonWebToken;
import io.agentfense.secret.text.Text;
import java.util.Base64;
import java.util.List;

/** Private keys, signed tokens, and the files that hold credentials by their name. */
final class KeyRules {
    static final List<Rule> RULES = List.of(
            Rule.of(
                            "private-key",
                            "Private key: PEM of any kind, OpenSSH, OpenPGP",
                            HIGH,
                            Confidence.HIGH,
                            List.of("-----begin "),
                            new PemFinder())
                    .inBinaryToo(),
            nearby(
                            "putty-private-key",
                            "Private key of PuTTY",
                            HIGH,
                            List.of("private-lines:"),
                            16_384,
                            "(?i)private-lines:\\s*\\d+\\s+(?<secret>[A-Za-z0-9+/=]{4,64}(?:\\r?\\n[A-Za-z0-9+/=]{4,64}(?=\\r?\\n|$)){0,200})")
                    .inBinaryToo(),
            token(
                            "age-key",
                            "age identity",
                            HIGH,
                            List.of("AGE-SECRET-KEY-1"),
                            "AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}",
                            Bech32::fits)
                    .inBinaryToo(),
            nearby(
                    "wireguard-key",
                    "WireGuard private or preshared key",
                    HIGH,
                    List.of("privatekey", "presharedkey"),
                    90,
                    "(?i)(?:private|preshared)key\\s*=\\s*(?-i)(?<secret>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)"),
            Rule.of(
                    "jwt",
                    "JSON Web Token with its signature",
                    MEDIUM,
                    Confidence.HIGH,
                    List.of("eyj"),
                    new TokenFinder(
                            "eyJ[\\w-]{8,1500}+\\.eyJ[\\w-]{4,3000}+\\.[\\w-]{20,1000}+", 0, JsonWebToken::decodes)),
            nearby(
                    "kubeconfig-credential",
                    "Client key of a kubeconfig",
                    HIGH,
                    List.of("client-key-data"),
                    16_384,
                    "client-key-data[\"']?\\s*:\\s*[\"']?(?<secret>LS0t[A-Za-z0-9+/]{80,12000}={0,2})",
                    KeyRules::isPrivateKey),
            nearby(
                    "docker-config-auth",
                    "Login of a registry in a Docker configuration",
                    HIGH,
                    List.of("\"auth\""),
                    600,
                    "\"auth\"\\s*:\\s*\"(?<secret>[A-Za-z0-9+/]{8,500}={0,2})\"",
                    KeyRules::isLogin),
            nearby(
                    "docker-config-auth",
                    "Identity token of a registry in a Docker configuration",
                    HIGH,
                    List.of("\"identitytoken\""),
                    600,
                    "(?i)\"identitytoken\"\\s*:\\s*\"(?<secret>[\\w+/=.-]{16,2000})\""),
            nearby(
                    "basic-auth-header",
                    "Login in an Authorization header",
                    MEDIUM,
                    List.of("basic "),
                    300,
                    "(?i)basic {1,2}(?<secret>[A-Za-z0-9+/]{10,200}={0,2})(?![\\w+/=])",
                    KeyRules::isLogin),
            nearby(
                    "bearer-token",
                    "Token in an Authorization header",
                    MEDIUM,
                    List.of("bearer "),
                    300,
                    "(?i)bearer {1,2}(?<secret>[\\w+/.~-]{20,250}={0,2})(?![\\w+/=])",
                    (text, start, end) -> GenericValues.key(text.substring(start, end), true)),
            nearby(
                    "netrc-password",
                    "Password in a .netrc",
                    HIGH,
                    List.of("machine "),
                    400,
                    "machine\\s+[\\w.:-]+\\s+(?:login|user)\\s+\\S+\\s+(?:account\\s+\\S+\\s+)?password\\s+(?<secret>\\S{4,200})",
                    NearbyFinder::isPassword),
            nearby(
                            "pgpass-password",
                            "Password in a .pgpass",
                            HIGH,
                            List.of(":"),
                            400,
                            ":(?:\\d+|\\*):(?:[^:\\s\\\\]|\\\\.)+:(?:[^:\\s\\\\]|\\\\.)+:(?<secret>[^\\s]{3,200})",
                            NearbyFinder::isPassword)
                    .inFiles("\\.?pgpass(?:\\.conf)?"),
            nearby(
                            "htpasswd-hash",
                            "Hash of a password in a .htpasswd",
                            MEDIUM,
                            List.of(":$", ":{sha}"),
                            120,
                            "(?i):(?<secret>\\$(?:apr1|2[aby]|5|6)\\$[\\w./$]{20,110}|\\{sha\\}[A-Za-z0-9+/]{27}=)",
                            (text, start, end) -> true)
                    .inFiles("\\.?htpasswd.*"),
            nearby(
                    "curl-user",
                    "Login on curl's command line",
                    MEDIUM,
                    List.of(" -u ", " --user ", " --user=", " --proxy-user "),
                    200,
                    " -(?:u|-user|-proxy-user)[ =]{1,2}[\"']?[\\w.@+-]{1,60}:(?<secret>[^\\s\"'`:]{6,100})",
                    (text, start, end) -> text.find("curl", text.lineStart(start, 300), start) >= 0
                            && NearbyFinder.isPassword(text, start, end)
                            && !text.substring(start, end).matches("[a-z]{1,9}|[A-Z_]+")),
            nearby(
                    "connection-string",
                    "Password in a connection string",
                    HIGH,
                    List.of("password=", "pwd=", "password%3d"),
                    200,
                    "(?i)(?:password|pwd)(?:=|%3d) ?(?<secret>[^\\s;&\"'<>`,\\\\]{4,120})",
                    KeyRules::isOfConnection),
            Rule.of(
                    "connection-string",
                    "Password in the URL of a database, a queue or a mail server",
                    HIGH,
                    Confidence.MEDIUM,
                    List.of("://"),
                    new UrlFinder(false)),
            Rule.of(
                    "url-password",
                    "Password in a URL",
                    MEDIUM,
                    Confidence.MEDIUM,
                    List.of("://"),
                    new UrlFinder(true)));

    private KeyRules() {}

    private static boolean isPrivateKey(Text text, int start, int end) {
        int digits = Math.min(end - start, 80) / 4 * 4;
        return new String(
                        Base64.getDecoder().decode(text.substring(start, start + digits)),
                        java.nio.charset.StandardCharsets.ISO_8859_1)
                .contains("PRIVATE KEY");
    }

    /** Whether base 64 holds a user and a password. */
    private static boolean isLogin(Text text, int start, int end) {
        try {
            String login = new String(
                    Base64.getDecoder().decode(text.substring(start, end)),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
            int colon = login.indexOf(':');
            return colon > 0
                    && colon < login.length() - 3
                    && login.chars().allMatch(c -> c >= ' ' && c < 127)
                    && !io.agentfense.secret.check.MadeUp.password(login.substring(colon + 1))
                    && !login.substring(colon + 1).equals(login.substring(0, colon));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a password stands behind other parts of a connection: {@code Server=…;}, {@code jdbc:…?user=…&}. */
    private static boolean isOfConnection(Text text, int start, int end) {
        int line = text.lineStart(start, 250);
        String before = text.substring(line, start).toLowerCase(java.util.Locale.ROOT);
        boolean connection = before.contains("jdbc:")
                || (before.contains("server=")
                                || before.contains("data source=")
                                || before.contains("host=")
                                || before.contains("dsn="))
                        && (before.contains("user") || before.contains("uid="));
        return connection
                && NearbyFinder.isPassword(text, start, end)
                && !GenericValues.looksLikeCode(text.substring(start, end))
                && !text.substring(start, end).matches("[A-Z_]+|[a-z]{1,7}");
    }
}
