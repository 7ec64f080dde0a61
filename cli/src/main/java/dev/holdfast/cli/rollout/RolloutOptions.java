package dev.holdfast.cli.rollout;

import com.google.protobuf.Message;
import dev.holdfast.cli.failure.CliException;
import dev.holdfast.cli.image.ImageRef;
import dev.holdfast.common.yaml.Value;
import dev.holdfast.common.yaml.YamlException;
import dev.holdfast.proto.admin.v1.Query;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import dev.holdfast.proto.admin.v1.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is to be upgraded, and how it goes over the hosts: from a file, from options, or both; options win. */
public final class RolloutOptions {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "YAML with what the other options say: tenant, image, waves, health …")
    private @Nullable Path file;

    @Option(names = "--tenant", paramLabel = "T", description = "The tenant's name.")
    private @Nullable String tenant;

    @Option(
            names = "--image",
            paramLabel = "N:V",
            converter = ImageRef.Converter.class,
            description = "The image and the version to upgrade to, as shop:v2.")
    private @Nullable ImageRef image;

    @Option(
            names = "--host-label",
            paramLabel = "K=V",
            description = "Only hosts with this label; several: with all of them.")
    private Map<String, String> hostLabels = Map.of();

    @Option(names = "--canary", paramLabel = "N|P%%", description = "The hosts of the first wave.")
    private @Nullable String canary;

    @Option(
            names = "--batch",
            paramLabel = "N|P%%",
            description = "The hosts of each later wave. Default: all that are left.")
    private @Nullable String batch;

    @Option(
            names = "--max-parallel",
            paramLabel = "N|P%%",
            description = "How many hosts of a wave at once. Default: all.")
    private @Nullable String maxParallel;

    @Option(names = "--soak", paramLabel = "TIME", description = "How long to wait after each wave, as 10m.")
    private @Nullable String soak;

    @Option(
            names = "--approval",
            paramLabel = "WHEN",
            description = "Which waves wait for upgrade approve: none, canary (the one after it) or every.")
    private @Nullable String approval;

    @Option(
            names = "--group-by",
            paramLabel = "LABEL",
            description = "Take hosts by the values of this label, one after the other.")
    private @Nullable String groupBy;

    @Option(names = "--group-order", paramLabel = "VALUE", split = ",", description = "In this order, then the others.")
    private List<String> groupOrder = List.of();

    @Option(
            names = "--min-healthy",
            paramLabel = "TIME",
            description = "How long a host must be healthy to count as upgraded.")
    private @Nullable String minHealthy;

    @Option(
            names = "--query",
            paramLabel = "URL",
            description =
                    "Must answer 2xx; with {host} or {address} for each host, else for each wave. Prometheus: see -f.")
    private List<String> queries = List.of();

    @Option(
            names = "--max-reset",
            paramLabel = "N",
            description = "A host on which more connections are reset has failed.")
    private @Nullable String maxReset;

    @Option(names = "--budget", paramLabel = "N|P%%", description = "How many hosts may fail. Default: 0")
    private @Nullable String budget;

    @Option(names = "--auto-rollback", description = "When more fail, take back what was upgraded.")
    private boolean autoRollback;

    @Option(names = "--host-deadline", paramLabel = "TIME", description = "How long one host may take. Default: 30m")
    private @Nullable String hostDeadline;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "How long the upgrade may take. Default: as long as it does")
    private @Nullable String deadline;

    @Option(
            names = "--window",
            paramLabel = "WINDOW",
            converter = WindowOption.class,
            description = "When hosts may begin, as 'mon-fri 22:00-04:00 Europe/Berlin'; may be given several times.")
    private List<Window> windows = List.of();

    @Option(
            names = "--hosts-down",
            paramLabel = "WHAT",
            description = "For hosts whose agent is away: wait, skip or fail. Default: wait")
    private @Nullable String hostsDown;

    /**
     * The request that they make.
     *
     * @throws CliException if it is not complete, or wrong
     */
    public StartUpgradeRequest.Builder request() throws IOException {
        StartUpgradeRequest.Builder request = StartUpgradeRequest.newBuilder();
        if (file != null) {
            RolloutFile.read(file, request);
        }
        if (tenant != null) {
            request.setTenant(tenant);
        }
        if (image != null) {
            request.setImageName(image.name()).setImageVersion(image.version());
        }
        if (request.getTenant().isEmpty() || request.getImageName().isEmpty()) {
            String missing = request.getTenant().isEmpty() ? "tenant" : "image";
            throw CliException.usage("no " + missing + " is named; give --" + missing
                    + (file == null ? ", or a file that names it with -f" : ", or write it into " + file));
        }
        fill(request.getRolloutBuilder());
        return request;
    }

    private void fill(Rollout.Builder rollout) {
        rollout.putAllHostLabels(hostLabels);
        set("--canary", canary, "canary", rollout.getWavesBuilder());
        set("--batch", batch, "batch", rollout.getWavesBuilder());
        set("--max-parallel", maxParallel, "maxParallel", rollout.getWavesBuilder());
        set("--soak", soak, "soak", rollout.getWavesBuilder());
        set("--approval", approval, "approval", rollout.getWavesBuilder());
        set("--group-by", groupBy, "groupBy", rollout.getWavesBuilder());
        if (!groupOrder.isEmpty()) {
            rollout.getWavesBuilder().clearGroupOrder().addAllGroupOrder(groupOrder);
        }
        set("--min-healthy", minHealthy, "minHealthy", rollout.getHealthBuilder());
        set("--max-reset", maxReset, "maxReset", rollout.getHealthBuilder());
        queries.forEach(
                url -> rollout.getHealthBuilder().addQueries(Query.newBuilder().setUrl(url)));
        set("--budget", budget, "budget", rollout.getFailuresBuilder());
        if (autoRollback) {
            rollout.getFailuresBuilder().setAutoRollback(true);
        }
        set("--host-deadline", hostDeadline, "host", rollout.getDeadlinesBuilder());
        set("--deadline", deadline, "upgrade", rollout.getDeadlinesBuilder());
        if (!windows.isEmpty()) {
            rollout.clearWindows().addAllWindows(new ArrayList<>(windows));
        }
        set("--hosts-down", hostsDown, "hostsDown", rollout);
    }

    /** As a file would say it. */
    private static void set(String option, @Nullable String text, String key, Message.Builder into) {
        if (text == null) {
            return;
        }
        try {
            MessageYaml.merge(Map.of(key, Value.of(key, text)), into);
        } catch (YamlException e) {
            throw CliException.usage(option + ": " + e.problem());
        }
    }
}
