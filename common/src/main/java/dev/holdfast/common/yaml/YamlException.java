package dev.holdfast.common.yaml;

/** A manifest that is refused. The message is one line: where, what is wrong and what would be right. */
public final class YamlException extends IllegalArgumentException {
    private final int line;
    private final int column;
    private final String key;
    private final String problem;

    YamlException(int line, int column, String key, String problem) {
        super("line %d, column %d: %s%s".formatted(line, column, key.isEmpty() ? "" : key + ": ", problem));
        this.line = line;
        this.column = column;
        this.key = key;
        this.problem = problem;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** From 1. */
    public int column() {
        return column;
    }

    /** As "ready.within" or "ports[1]"; empty for the manifest as a whole. */
    public String key() {
        return key;
    }

    /** What is wrong and what would be right, without the place. */
    public String problem() {
        return problem;
    }
}
