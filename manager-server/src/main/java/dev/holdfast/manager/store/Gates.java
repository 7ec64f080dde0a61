package dev.holdfast.manager.store;

/** The columns of waves and hosts that tell of queries. What was not asked for a while, as by no manager, is not known. */
final class Gates {
    /** Since when they hold, as far as is known now. */
    static final String HOLDS = "CASE WHEN gate_time > now() - interval '20 seconds' THEN holds_since END AS holds";

    /** What they say now; with :holds and :detail. */
    static final String ASKED = """
            holds_since = CASE WHEN NOT :holds THEN NULL
                    WHEN gate_time > now() - interval '20 seconds' THEN coalesce(holds_since, now()) ELSE now() END,
                gate_time = now(), gate_detail = :detail""";

    private Gates() {}
}
