package dev.holdfast.manager.rollout;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A count, or a part of something. */
public record Extent(int value, boolean isPercent) {
    public static final Extent NONE = new Extent(0, false);
    public static final Extent ALL = new Extent(100, true);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,7})(%?)");

    /** Empty when it is neither "3" nor "25%", or more than 100%. */
    public static Optional<Extent> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Extent extent =
                new Extent(Integer.parseInt(matcher.group(1)), !matcher.group(2).isEmpty());
        return extent.isPercent && extent.value > 100 ? Optional.empty() : Optional.of(extent);
    }

    public boolean isNone() {
        return value == 0;
    }

    /** Never more than there are; a part is rounded up. */
    public int of(int total) {
        return isPercent ? Math.ceilDiv(total * value, 100) : Math.min(value, total);
    }

    @Override
    public String toString() {
        return value + (isPercent ? "%" : "");
    }
}
