package dev.holdfast.acceptance.farm;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How many hosts. */
final class HostCount implements ITypeConverter<Integer> {
    private static final int MOST = 64;

    @Override
    public Integer convert(String text) {
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) < Drill.FEWEST_HOSTS || Integer.parseInt(text) > MOST) {
            throw new TypeConversionException(
                    "'%s' is not a number of hosts from %d to %d".formatted(text, Drill.FEWEST_HOSTS, MOST));
        }
        return Integer.parseInt(text);
    }
}
