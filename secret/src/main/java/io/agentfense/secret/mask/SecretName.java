package io.agentfense.secret.mask;

import java.util.regex.Pattern;

/** What a name in a configuration says of its value. Stateless. */
final class SecretName {
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    /** What is long enough to end a word that is more than it, as in PGPASSWORD; what is to stand alone; and what is a key. */
    private static final Pattern NAME = Pattern.compile(
            "(?:.*(?:PASSWORDS?|PASSWD|PASSPHRASE|SECRETS?|TOKENS?|CREDENTIALS?|(?:API|ACCESS|PRIVATE|SECRET)[_ -]?KEYS?)"
                    + "|.*(?:SSH|DB|USER|ROOT|ADMIN|REQUIRE)PASS|MASTERAUTH"
                    + "|(?:.*[_./ -])?(?:PASS|PWD|PIN|SALT|DSN|AUTH|CONNECTION[_ -]?STRING|KEY[_ -]?BASE"
                    + "|(?:ENCRYPTION|SIGNING|MASTER|AUTH|APP|ACCOUNT|STORAGE|SHARED|SERVICE|LICEN[CS]E)[_ -]?KEYS?))"
                    + "(?:[_-]?[0-9]{1,3}|\\[[^]]*])?",
            Pattern.CASE_INSENSITIVE);

    /** What switches something, counts it, or says where the secret is. */
    private static final Pattern NO_SECRET = Pattern.compile(
            "|true|false|yes|no|on|off|none|null|~|[0-9]{1,3}|\\$\\{[A-Z0-9_.]*}|\\$[A-Z_][A-Z0-9_]*|<[^>]*>|\\*+",
            Pattern.CASE_INSENSITIVE);

    private SecretName() {}

    /** Whether something of this name is secret, whatever it looks like. */
    static boolean is(String name) {
        return NAME.matcher(HUMP.matcher(name.strip()).replaceAll("_")).matches();
    }

    /** Whether a value is none that one would hide, whatever its name. */
    static boolean isHarmless(String value) {
        return NO_SECRET.matcher(value.strip()).matches();
    }
}
