package io.agentfense.secret.corpus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.agentfense.secret.check.Bech32;
import io.agentfense.secret.check.TokenChecksum;
import java.util.Base64;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes up values of a form, with the checksum that belongs to them, from a seed. */
final class Samples {
    private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
    private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String DIGITS = "0123456789";
    private static final String ALNUM = UPPER + LOWER + DIGITS;
    private static final String BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final Pattern PART = Pattern.compile("([A-Za-z0-9-]+)(?::(\\d+))?");

    private final Random random;

    Samples(long seed) {
        random = new Random(seed);
    }

    /** A value of parts with {@code |} between them, each the name of a form, with a length if it takes one, or itself. */
    String of(String parts) {
        if (parts.startsWith("b64text:")) {
            return Base64.getEncoder().encodeToString(of(parts.substring(8)).getBytes(ISO_8859_1));
        }
        StringBuilder text = new StringBuilder();
        for (String part : parts.split("\\|", -1)) {
            text.append(part(part));
        }
        return text.toString();
    }

    private String part(String part) {
        Matcher matcher = PART.matcher(part);
        if (!matcher.matches()) {
            return part;
        }
        int length = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
        return length > 0 ? sized(matcher.group(1), length, part) : named(part);
    }

    private String sized(String form, int length, String part) {
        return switch (form) {
            case "hex" -> some("0123456789abcdef", length);
            case "HEX" -> some("0123456789ABCDEF", length);
            case "alnum" -> some(ALNUM, length);
            case "alpha" -> some(UPPER + LOWER, length);
            case "low" -> some(LOWER + DIGITS, length);
            case "up" -> some(UPPER + DIGITS, length);
            case "b32" -> some(UPPER + "234567", length);
            case "b64" -> some(ALNUM + "+/", length);
            case "b64url" -> some(ALNUM + "-_", length);
            case "dig" -> some("123456789", 1) + some(DIGITS, length - 1);
            case "bech32" -> some(BECH32, length);
            case "b64lines" -> lines(Base64.getEncoder().encodeToString(bytes(length)), "\n");
            case "der" -> lines(Base64.getEncoder().encodeToString(der(length)), "\n");
            case "der-escaped" -> lines(Base64.getEncoder().encodeToString(der(length)), "\\n");
            case "der-line" -> Base64.getEncoder().encodeToString(der(length));
            case "openssh" -> lines(Base64.getEncoder().encodeToString(openssh(length)), "\n");
            case "pgp" -> lines(Base64.getEncoder().encodeToString(pgp(length)), "\n");
            case "pem64" ->
                Base64.getEncoder()
                        .encodeToString(("-----BEGIN RSA PRIVATE KEY-----\n"
                                        + lines(Base64.getEncoder().encodeToString(der(length)), "\n")
                                        + "\n-----END RSA PRIVATE KEY-----\n")
                                .getBytes(ISO_8859_1));
            default -> part;
        };
    }

    private String named(String form) {
        return switch (form) {
            case "aws-id" -> awsId("AKIA");
            case "aws-temporary-id" -> awsId("ASIA");
            case "ghp", "gho", "ghu", "ghs", "ghr", "npm" -> form + "_" + withChecksum(some(ALNUM, 30));
            case "github-pat" -> "github_pat_" + some(ALNUM, 22) + "_" + some(ALNUM, 59);
            case "uuid" -> uuid();
            case "jwt" -> jwt();
            case "age-key" -> ageKey();
            case "pw" -> password();
            default -> form;
        };
    }

    private String some(String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String withChecksum(String body) {
        return body + TokenChecksum.of(body);
    }

    /** The account is made, and the rest is random: the first ten digits are 0, 40 bits and 9 random ones. */
    private String awsId(String kind) {
        long account = (long) (random.nextDouble() * 1e12);
        long bits = (account << 7 | random.nextInt(128)) << 2 | random.nextInt(4);
        StringBuilder digits = new StringBuilder();
        for (int i = 9; i >= 0; i--) {
            int digit = (int) (bits >>> 5 * i & 31);
            digits.append((UPPER + "234567").charAt(i == 9 ? digit | 16 : digit));
        }
        return kind + digits + some(UPPER + "234567", 6);
    }

    private String uuid() {
        return some("0123456789abcdef", 8) + "-" + some("0123456789abcdef", 4) + "-4" + some("0123456789abcdef", 3)
                + "-a" + some("0123456789abcdef", 3) + "-" + some("0123456789abcdef", 12);
    }

    private String jwt() {
        String header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
        String claims = "{\"sub\":\"" + uuid() + "\",\"exp\":" + some(DIGITS, 10) + "}";
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(header.getBytes(ISO_8859_1)) + "."
                + encoder.encodeToString(claims.replace(":0", ":1").getBytes(ISO_8859_1)) + "."
                + encoder.encodeToString(bytes(32));
    }

    private String ageKey() {
        String digits = some(BECH32, 52);
        return ("age-secret-key-1" + digits + Bech32.checksum("age-secret-key-", digits))
                .toUpperCase(java.util.Locale.ROOT);
    }

    /** As a generator of passwords makes them: 12 to 16 characters, of all kinds. */
    private String password() {
        StringBuilder text = new StringBuilder(some(ALNUM, 9 + random.nextInt(5)));
        text.insert(random.nextInt(text.length()), some(DIGITS, 1));
        text.insert(1 + random.nextInt(text.length() - 1), some("!_-.~", 1));
        text.insert(random.nextInt(text.length()), some(LOWER, 1));
        return text.toString();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] der(int length) {
        byte[] bytes = bytes(length);
        bytes[0] = 0x30;
        if (length > 130) {
            bytes[1] = (byte) 0x82;
            bytes[2] = (byte) (length - 4 >> 8);
            bytes[3] = (byte) (length - 4);
        } else {
            bytes[1] = (byte) (length - 2);
        }
        return bytes;
    }

    private byte[] openssh(int length) {
        byte[] bytes = bytes(length);
        byte[] magic = "openssh-key-v1\0\0\0\0\4none".getBytes(ISO_8859_1);
        System.arraycopy(magic, 0, bytes, 0, magic.length);
        return bytes;
    }

    private byte[] pgp(int length) {
        byte[] bytes = bytes(length);
        bytes[0] = (byte) 0x95;
        return bytes;
    }

    private static String lines(String text, String end) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < text.length(); i += 64) {
            lines.append(i == 0 ? "" : end).append(text, i, Math.min(text.length(), i + 64));
        }
        return lines.toString();
    }
}
