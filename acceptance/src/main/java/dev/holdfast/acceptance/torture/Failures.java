package dev.holdfast.acceptance.torture;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what went wrong, so that it can be found again and understood. */
final class Failures {
    private static final int SHOWN = 10;
    private static final int LONGEST = 800;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private final PrintStream out;
    private final long seed;
    private final List<Upgrade> upgrades = new ArrayList<>();
    private final List<JournalCopy> journals = new ArrayList<>();
    private final Set<Integer> toldOf = new HashSet<>();
    private int told;

    Failures(PrintStream out, long seed) {
        this.out = out;
        this.seed = seed;
    }

    /** An upgrade that has ended, the next of the run. */
    void upgraded(Upgrade upgrade, JournalCopy journal) {
        upgrades.add(upgrade);
        journals.add(journal);
    }

    /** Tells of the first upgrade that ended after this time, or of the last one; of each once. */
    private void tellOf(@Nullable Instant since) {
        int number = numberOf(since);
        if (number <= upgrades.size() && toldOf.add(number)) {
            cycles(number, upgrades.get(number - 1));
            journals.get(number - 1)
                    .shown()
                    .forEach(line -> out.printf("  journal of upgrade %d: %s%n", number, shortened(line)));
        }
    }

    private int numberOf(@Nullable Instant since) {
        int number = 1;
        while (number < upgrades.size()
                && (since == null
                        || instant(upgrades.get(number - 1).getEndTime()).isBefore(since))) {
            number++;
        }
        return number;
    }

    /** Tells of a client, with what the report of the upgrade says of its connection. */
    void client(ClientReport client, int upgrade, String reported) {
        if (told++ >= SHOWN) {
            return;
        }
        out.printf(
                "seed %d, upgrade %d: %s client %s: %s%n",
                seed,
                upgrade,
                client.kind(),
                client.local(),
                client.fault() == null
                        ? "wrong answers"
                        : shortened(client.fault().toString()));
        out.printf("  reported: %s%n", reported);
        client.wrong().stream().limit(SHOWN).forEach(wrong -> out.printf("  wrong: %s%n", wrong));
        client.history().forEach(line -> out.printf("  %s%n", line));
        tellOf(client.owedSince());
    }

    void disagreement(String text, int upgrade) {
        if (told++ < SHOWN) {
            out.printf("seed %d, upgrade %d: disagreement: %s%n", seed, upgrade, shortened(text));
            tellOf(null);
        }
    }

    /** Tells when which step of the upgrade began. */
    private void cycles(int number, Upgrade upgrade) {
        for (Cycle cycle : upgrade.getCyclesList()) {
            out.printf("  upgrade %d: %s %s%n", number, cycle.getState(), cycle.getReason());
            Instant at = instant(cycle.getStartTime());
            for (StepTime step : cycle.getStepsList()) {
                double millis = Durations.toNanos(step.getDuration()) / 1e6;
                out.printf(Locale.ROOT, "    %s %-12s %9.2f ms%n", TIME.format(at), step.getStep(), millis);
                at = at.plusNanos(Durations.toNanos(step.getDuration()));
            }
        }
    }

    /** What a server says may be long. */
    private static String shortened(String text) {
        return text.length() > LONGEST
                ? text.substring(0, LONGEST / 2) + " ... " + text.substring(text.length() - LONGEST / 2)
                : text;
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
