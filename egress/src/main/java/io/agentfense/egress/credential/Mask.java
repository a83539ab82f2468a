package io.agentfense.egress.credential;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Puts as many stars in the place of a secret, in whichever of its {@link Forms}; so lengths stay. What comes in pieces is
 * masked across them: only an end that may be the begin of a secret is held back. For one text; not thread-safe.
 */
public final class Mask {
    private static final byte STAR = '*';

    private final List<byte[]> forms;
    private final boolean[] begins = new boolean[256];
    private byte[] held = {};

    /**
     * For forms.
     *
     * @param forms the longest first, none empty
     */
    Mask(List<byte[]> forms) {
        this.forms = forms;
        forms.forEach(form -> begins[form[0] & 0xff] = true);
    }

    /** A whole text, in an encoding of which ASCII is a part. */
    public static String text(SandboxCredentials credentials, String text) {
        Mask mask = credentials.mask();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(mask.next(text.getBytes(StandardCharsets.ISO_8859_1)));
        all.writeBytes(mask.end());
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** The next piece: what can be passed on of all that came so far. */
    public byte[] next(byte[] piece) {
        byte[] all = joined(held, piece);
        int at = 0;
        while (at < all.length) {
            if (!begins[all[at] & 0xff]) {
                at++;
                continue;
            }
            int found = 0;
            for (byte[] form : forms) {
                if (form[0] != all[at]) {
                    continue;
                }
                int same = same(all, at, form);
                if (same == form.length) {
                    found = same;
                    break;
                }
                if (at + same == all.length) {
                    held = Arrays.copyOfRange(all, at, all.length);
                    return Arrays.copyOf(all, at);
                }
            }
            Arrays.fill(all, at, at + found, STAR);
            at += Math.max(1, found);
        }
        held = new byte[0];
        return all;
    }

    /** What was held back, at the end: a secret that came in part. It is masked if that is most of it. */
    public byte[] end() {
        byte[] rest = held;
        held = new byte[0];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < rest.length) {
            int longest = 0;
            for (byte[] form : forms) {
                int same = same(rest, at, form);
                if (same * 2 >= form.length) {
                    longest = Math.max(longest, same);
                }
            }
            if (longest == 0) {
                out.write(rest[at]);
                at++;
            } else {
                out.writeBytes("*".repeat(longest).getBytes(StandardCharsets.US_ASCII));
                at += longest;
            }
        }
        return out.toByteArray();
    }

    private static int same(byte[] all, int at, byte[] form) {
        int length = Math.min(form.length, all.length - at);
        int mismatch = Arrays.mismatch(all, at, at + length, form, 0, length);
        return mismatch < 0 ? length : mismatch;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
