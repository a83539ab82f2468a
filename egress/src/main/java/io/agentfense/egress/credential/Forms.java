package io.agentfense.egress.credential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The forms in which a host may give a secret back: as it is, and as programs usually write text. Stateless. */
final class Forms {
    private static final String UNRESERVED = "-._~";

    /** What is left as it is in URLs: by RFC 3986, in paths, by browsers' scripts, and in forms. */
    private static final List<String> PLAIN = List.of(UNRESERVED, UNRESERVED + "/", UNRESERVED + "!*'()", "-._*");

    private Forms() {}

    /** All of them, the longest first. */
    static List<byte[]> of(Collection<String> values) {
        Set<String> forms = new TreeSet<>();
        for (String value : values) {
            forms.add(value);
            for (String plain : PLAIN) {
                forms.add(encoded(value, plain, HexFormat.of().withUpperCase()));
                forms.add(encoded(value, plain, HexFormat.of()));
                forms.add(encoded(value, plain, HexFormat.of().withUpperCase()).replace("%20", "+"));
            }
            for (String written : List.of(value, value.toLowerCase(Locale.ROOT), value.toUpperCase(Locale.ROOT))) {
                forms.add(written);
                forms.addAll(Escapes.of(written));
            }
            // UTF-16, in whichever order.
            forms.add(String.join(
                    "\0", value.codePoints().mapToObj(Character::toString).toList()));
            byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
            forms.add(HexFormat.of().formatHex(bytes));
            forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
            for (int before = 0; before < 3; before++) {
                forms.add(withinBase64(Base64.getEncoder(), bytes, before));
                forms.add(withinBase64(Base64.getUrlEncoder(), bytes, before));
            }
        }
        List<byte[]> longestFirst = new ArrayList<>();
        forms.forEach(form -> longestFirst.add(form.getBytes(StandardCharsets.US_ASCII)));
        longestFirst.sort((one, other) -> other.length - one.length);
        return longestFirst;
    }

    /** The characters of base64 that bytes decide alone, whatever stands around them. */
    private static String withinBase64(Base64.Encoder encoder, byte[] bytes, int before) {
        byte[] shifted = new byte[before + bytes.length];
        Arrays.fill(shifted, (byte) 'x');
        System.arraycopy(bytes, 0, shifted, before, bytes.length);
        int first = (before * 8 + 5) / 6;
        int end = shifted.length * 8 / 6;
        return encoder.encodeToString(shifted).substring(first, end);
    }

    /** As a value of a query. */
    static String inQuery(String value) {
        return encoded(value, UNRESERVED, HexFormat.of().withUpperCase());
    }

    private static String encoded(String value, String plain, HexFormat digits) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.US_ASCII)) {
            char c = (char) b;
            boolean alphanumeric = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            if (alphanumeric || plain.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(digits.toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
