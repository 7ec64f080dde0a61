package dev.holdfast.agent.takeover;

/**
 * Whether a server owes an answer on a connection: it has read more than it has answered. What one look does not show, the
 * looks before it do; docs/takeover.md has the table.
 *
 * @param last the last look
 * @param owes whether anything is owed, as far as can be told
 */
record Standing(Debt last, boolean owes) {
    /** At the first look. What it read may be a request, or the beginning of one of which the rest comes. */
    static Standing first(Debt debt) {
        return new Standing(debt, owes(debt, debt.unread() > 0 && debt.consumed() > 0, true));
    }

    Standing next(Debt debt) {
        boolean read = debt.consumed() > last.consumed();
        boolean wrote = debt.sent() > last.sent();
        if (read && wrote) {
            // Where an answer was due it was sent, and one more request read; else what came was read and answered.
            // What waits may be the rest of something that was read after the answer.
            return new Standing(debt, owes(debt, debt.unread() > 0, isSure() && last.unread() == 0));
        }
        return new Standing(debt, owes(debt, read, read || (owes && !wrote)));
    }

    /** What a paused server has read may be the beginning of what waits behind it, whatever else happened since. */
    Standing begun() {
        return new Standing(last, true);
    }

    /**
     * Decides.
     *
     * @param begun whether it has read something and written nothing since, whenever that came
     * @param otherwise what holds where the kernel does not tell
     */
    private static boolean owes(Debt debt, boolean begun, boolean otherwise) {
        if (!debt.alive() || (debt.consumed() == 0 && debt.drained())) {
            return false;
        }
        if (!debt.drained() || begun) {
            return true;
        }
        return switch (debt.order()) {
            case SENT_LAST -> false;
            case RECEIVED_LAST -> true;
            case UNCLEAR -> otherwise;
        };
    }

    /** Whether nothing but its silence, which lasts long, speaks for an answer. */
    boolean isLongStill() {
        return last.isLongStill();
    }

    /** Whether that it owes is more than what the looks before suggest: the frozen server will not show otherwise. */
    boolean isSure() {
        return owes && !last.unclear();
    }
}
