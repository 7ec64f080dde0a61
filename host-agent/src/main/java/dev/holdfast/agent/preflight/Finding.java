package dev.holdfast.agent.preflight;

/**
 * What a check has to say.
 *
 * @param check its name: "descriptors", "ptrace", "tls" …
 * @param detail what was found; for a refusal also the way out
 */
public record Finding(String check, Severity severity, String detail) {
    /** As holdfast.agent.v1.Finding.Severity. */
    public enum Severity {
        PASSED,
        /** The upgrade can be done, but not as well as it could be. */
        WARNING,
        /** The upgrade is not begun. */
        REFUSED
    }

    static Finding passed(String check, String detail) {
        return new Finding(check, Severity.PASSED, detail);
    }

    static Finding warning(String check, String detail) {
        return new Finding(check, Severity.WARNING, detail);
    }

    public static Finding refused(String check, String detail) {
        return new Finding(check, Severity.REFUSED, detail);
    }

    boolean isRefusal() {
        return severity == Severity.REFUSED;
    }
}
