package dev.holdfast.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.JsonFormat;
import dev.holdfast.cli.failure.CliException;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import dev.holdfast.proto.admin.v1.Waves.Approval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Options and files say the same; what cannot be is refused with its place before anybody is asked. */
class RolloutOptionsTest {
    @Command
    static final class Holder {
        @Mixin
        RolloutOptions rollout = new RolloutOptions();
    }

    @TempDir
    Path dir;

    private static StartUpgradeRequest.Builder read(String... args) throws IOException {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(args);
        return holder.rollout.request();
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(dir.resolve("shop.yaml"), yaml);
    }

    @Test
    void optionsAndFileSayTheSame() throws IOException {
        Path file = file("""
                tenant: acme
                image: shop:v2
                hostLabels: {rack: "7"}
                waves: {canary: 1, batch: 25%, maxParallel: 10, soak: 10m, approval: canary, groupBy: zone, groupOrder: [b, a]}
                health: {minHealthy: 30s, maxReset: 0, queries: [{url: "http://{host}/"}]}
                failures: {budget: 2%, autoRollback: true}
                deadlines: {host: 15m, upgrade: 6h}
                windows: [{days: [mon, tue], from: "22:00", to: "04:00", timeZone: Europe/Berlin}]
                hostsDown: skip
                """);
        List<String> options =
                new ArrayList<>(List.of("--tenant", "acme", "--image", "shop:v2", "--host-label", "rack=7"));
        options.addAll(List.of("--canary", "1", "--batch", "25%", "--max-parallel", "10", "--soak", "10m"));
        options.addAll(List.of("--approval", "canary", "--group-by", "zone", "--group-order", "b,a"));
        options.addAll(List.of("--min-healthy", "30s", "--max-reset", "0", "--query", "http://{host}/"));
        options.addAll(List.of("--budget", "2%", "--auto-rollback", "--host-deadline", "15m", "--deadline", "6h"));
        options.addAll(List.of("--window", "mon-tue 22:00-04:00 Europe/Berlin", "--hosts-down", "skip"));

        StartUpgradeRequest fromFile = read("-f", file.toString()).build();
        assertThat(fromFile).isEqualTo(read(options.toArray(String[]::new)).build());
        assertThat(fromFile.getRollout().getWaves().getApproval()).isEqualTo(Approval.APPROVAL_CANARY);
        assertThat(JsonFormat.printer().print(fromFile.getRollout())).contains("\"600s\"");
        assertThat(fromFile.getRollout().getHealth().hasMaxReset()).isTrue();
    }

    @Test
    void optionsWin() throws IOException {
        Path file = file("tenant: acme\nimage: shop:v2\nwaves: {canary: 1, batch: 5}\n");
        StartUpgradeRequest.Builder read = read("-f", file.toString(), "--image", "shop:v3", "--canary", "10%");
        assertThat(read.getImageVersion()).isEqualTo("v3");
        assertThat(read.getRollout().getWaves().getCanary()).isEqualTo("10%");
        assertThat(read.getRollout().getWaves().getBatch()).isEqualTo("5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            waves: {canery: 1}              | line 1, column 9: waves.canery: unknown key; did you mean canary?
            waves: {soak: 10}               | line 1, column 15: waves.soak: must be a number and ms, s, m or h
            waves: {approval: always}       | waves.approval: must be one of none, canary, every
            failures: {autoRollback: maybe} | failures.autoRollback: must be true or false
            health: {maxReset: few}         | health.maxReset: must be a number
            image: shop                     | image: 'shop' is not NAME:VERSION
            windows: [{day: mon}]           | windows[0].day: unknown key; did you mean days?
            """)
    void whatIsWrongInAFileIsNamedWithItsPlace(String yaml, String message) throws IOException {
        Path file = file(yaml + "\n");
        assertThatThrownBy(() -> read("-f", file.toString()))
                .isInstanceOf(CliException.class)
                .hasMessageContaining(file + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void whatIsWrongInAnOptionIsNamed() {
        assertThatThrownBy(() -> read("--tenant", "a", "--image", "s:1", "--soak", "10"))
                .hasMessageContaining("--soak: must be a number and ms, s, m or h");
        assertThatThrownBy(() -> read("--tenant", "a"))
                .hasMessageContaining("no image is named; give --image, or a file that names it with -f");
        assertThatThrownBy(() -> read("--window", "monday 22:00-04:00 Europe/Berlin"))
                .hasMessageContaining("the days are mon, tue");
    }
}
