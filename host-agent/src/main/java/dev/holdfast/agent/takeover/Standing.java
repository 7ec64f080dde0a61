package dev.holdfast.agent.takeover;

/**
 * Whether a server owes an answer on a connection: it has read more than it has answered. What one look does not show, the
 * looks before it do; docs/takeover.md has the table.
 *
 * @param last the last look
 * @param owes whether anything is owed, as far as can be told
 */
record Standing(Debt last, boolean owes) {
    /** At the first look. What it read of data that still comes, if anything, may be the beginning of a request. */
    static Standing first(Debt debt) {
        return new Standing(debt, owes(debt, debt.unread() > 0 && debt.consumed() > 0));
    }

    Standing next(Debt debt) {
        boolean read = debt.consumed() > last.consumed();
        boolean wrote = debt.sent() > last.sent();
        // Both between two looks: one answer and one more request, or a request and its answer.
        return new Standing(debt, owes(debt, read == wrote ? owes : read));
    }

    private static boolean owes(Debt debt, boolean otherwise) {
        if (!debt.alive() || (debt.consumed() == 0 && debt.drained())) {
            return false;
        }
        if (!debt.drained()) {
            return true;
        }
        return switch (debt.order()) {
            case SENT_LAST -> false;
            case RECEIVED_LAST -> true;
            case UNCLEAR -> otherwise;
        };
    }
}
