package dev.holdfast.cli.image;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An image as it is named on the command line: NAME:VERSION. */
public record ImageRef(String name, String version) {
    @Override
    public String toString() {
        return name + ":" + version;
    }

    /** Reads NAME:VERSION. */
    public static final class Converter implements ITypeConverter<ImageRef> {
        @Override
        public ImageRef convert(String value) {
            int colon = value.indexOf(':');
            if (colon < 1 || colon == value.length() - 1) {
                throw new TypeConversionException("'" + value + "' is not NAME:VERSION; write it as shop:v2");
            }
            return new ImageRef(value.substring(0, colon), value.substring(colon + 1));
        }
    }
}
