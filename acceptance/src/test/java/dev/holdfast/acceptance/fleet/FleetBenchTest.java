package dev.holdfast.acceptance.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.process.Managers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small fleet; docs/fleet.md has what came of large ones. */
@Timeout(180)
final class FleetBenchTest {
    private static final int HOSTS = 20;
    /** Longer than agents go without hearing anything: what is idle must not lose its stream. */
    private static final Duration IDLE = Duration.ofSeconds(11);

    @Test
    void managersSayWhatTheAgentsDidThoughOneDiesMeanwhile() throws Exception {
        JsonObject result = run(new Trip.Plan(HOSTS, 2, IDLE, true));

        assertThat(result.keySet())
                .contains(
                        "hosts",
                        "registration_s",
                        "idle_cores",
                        "upgrade_s",
                        "manager_cores",
                        "manager_rss_mb",
                        "reconnect_s",
                        "wrong_end_states");
        assertThat(result.getAsJsonObject("phases").keySet())
                .contains("registration", "start", "idle", "upgrade", "reconnect", "upgrade_with_a_death");
        assertThat(result.get("lost_streams").getAsInt()).isZero();
    }

    private static JsonObject run(Trip.Plan plan) throws Exception {
        List<String> complaints = new ArrayList<>();
        Progress progress = new Progress(System.err);
        try (Managers managers = Managers.start(plan.managers());
                Trip trip = new Trip(plan, managers, progress)) {
            JsonObject result =
                    JsonParser.parseString(trip.run(complaints).json()).getAsJsonObject();
            assertThat(complaints).isEmpty();
            assertThat(result.get("wrong_end_states").getAsInt()).isZero();
            assertThat(result.get("hosts").getAsInt()).isEqualTo(HOSTS);
            // One of the waves' hosts at least, and nothing that was not observed.
            assertThat(result.get("cycles_at_once").getAsInt()).isBetween(1, HOSTS);
            return result;
        }
    }
}
