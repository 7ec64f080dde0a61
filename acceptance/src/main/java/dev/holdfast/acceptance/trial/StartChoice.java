package dev.holdfast.acceptance.trial;

import dev.holdfast.common.manifest.Takeover;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A manifest's takeover.start, as it is written there. */
public final class StartChoice implements ITypeConverter<Takeover.Start> {
    @Override
    public Takeover.Start convert(String text) {
        for (Takeover.Start start : Takeover.Start.values()) {
            if (word(start).equals(text)) {
                return start;
            }
        }
        throw new TypeConversionException("'" + text + "' is neither cold nor warm");
    }

    /** As a manifest has it. */
    public static String word(Takeover.Start start) {
        return start.name().toLowerCase(Locale.ROOT);
    }
}
