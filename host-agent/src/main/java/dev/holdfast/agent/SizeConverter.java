package dev.holdfast.agent;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes: "500000", "20MiB", "1GiB", with a rate's "/s" where one is meant. */
final class SizeConverter implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})(|b|kib|mib|gib)(/s)?");

    @Override
    public Long convert(String text) {
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw refused(text);
        }
        int shift = switch (size.group(2)) {
            case "kib" -> 10;
            case "mib" -> 20;
            case "gib" -> 30;
            default -> 0;
        };
        long number = Long.parseLong(size.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw refused(text);
        }
        return number << shift;
    }

    private static TypeConversionException refused(String text) {
        return new TypeConversionException("'" + text + "' is not a size: write 500000, 512KiB, 20MiB or 1GiB");
    }
}
