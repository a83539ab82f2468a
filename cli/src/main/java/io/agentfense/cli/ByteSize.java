package io.agentfense.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A size on the command line: a whole number of bytes, or of KiB, MiB, GiB with k, m, g behind it. */
final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})([kmgt]?)(i?b)?");

    @Override
    public Long convert(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no size; write bytes, or 512m, or 2g");
        }
        int shift = "kmgt".indexOf(matcher.group(2)) * 10 + 10;
        return Math.multiplyExact(
                Long.parseLong(matcher.group(1)), matcher.group(2).isEmpty() ? 1L : 1L << shift);
    }
}
