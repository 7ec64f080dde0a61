package dev.holdfast.cli.upgrade;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rollout.RolloutOptions;
import dev.holdfast.proto.admin.v1.GetImageRequest;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.PlannedHost;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import dev.holdfast.proto.admin.v1.UpgradePlan;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "diff",
        description =
                "Show what an upgrade would change against what runs: versions by host, and the manifests' differences.",
        footer = {
            "",
            "Exit code: 0 when nothing differs, 10 when something does.",
            "",
            "Example:",
            "  holdfast upgrade diff -f shop.yaml"
        })
final class UpgradeDiff extends ManagerCommand {
    private static final int CONTEXT = 3;

    @Mixin
    private RolloutOptions rollout = new RolloutOptions();

    @Override
    protected int run(Manager manager, Output out) throws IOException {
        StartUpgradeRequest request = rollout.request().build();
        UpgradePlan plan = manager.upgrades().planUpgrade(request);
        out.answer(plan, () -> text(manager, request, plan));
        return plan.getWavesCount() == 0 ? ExitCode.OK : ExitCode.DIFFERENT;
    }

    private static String text(Manager manager, StartUpgradeRequest request, UpgradePlan plan) {
        Map<String, TreeSet<String>> hosts = new TreeMap<>();
        plan.getWavesList().stream()
                .flatMap(wave -> wave.getHostsList().stream())
                .forEach(host -> versions(host)
                        .forEach(version -> hosts.computeIfAbsent(version, _ -> new TreeSet<>())
                                .add(host.getHost())));
        if (hosts.isEmpty()) {
            return "Nothing differs: no server process runs another version.";
        }
        return hosts.entrySet().stream()
                .map(each -> "%s -> %s on %s\n%s"
                        .formatted(
                                each.getKey(),
                                request.getImageVersion(),
                                String.join(", ", each.getValue()),
                                manifests(manager, request, each.getKey())))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> versions(PlannedHost host) {
        return host.getProcessesList().stream()
                .map(check -> check.getFromVersion())
                .distinct()
                .toList();
    }

    private static String manifests(Manager manager, StartUpgradeRequest request, String version) {
        Image before = image(manager, request, version);
        Image after = image(manager, request, request.getImageVersion());
        List<String> lines = before.getManifest().lines().toList();
        List<String> diff = UnifiedDiffUtils.generateUnifiedDiff(
                "manifest of " + version,
                "manifest of " + after.getVersion(),
                lines,
                DiffUtils.diff(lines, after.getManifest().lines().toList()),
                CONTEXT);
        String bundle = before.getBundleDigest().equals(after.getBundleDigest()) ? "same bundle" : "another bundle";
        return diff.isEmpty() ? "  same manifest, " + bundle : "  " + bundle + "\n" + String.join("\n", diff);
    }

    private static Image image(Manager manager, StartUpgradeRequest request, String version) {
        return manager.images()
                .getImage(GetImageRequest.newBuilder()
                        .setTenant(request.getTenant())
                        .setName(request.getImageName())
                        .setVersion(version)
                        .build());
    }
}
