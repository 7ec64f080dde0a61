package dev.holdfast.manager.refusal;

/** Carries a {@link Refusal} to the caller. */
public final class RefusedException extends RuntimeException {
    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.description(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }

    public static RefusedException invalid(String field, String description) {
        return new RefusedException(new Refusal.Invalid(field, description));
    }

    public static RefusedException unknown(String type, String name, String description) {
        return new RefusedException(new Refusal.Unknown(type, name, description));
    }

    public static RefusedException taken(String type, String name, String description) {
        return new RefusedException(new Refusal.Taken(type, name, description));
    }

    public static RefusedException unmet(String type, String subject, String description) {
        return new RefusedException(new Refusal.Unmet(type, subject, description));
    }
}
