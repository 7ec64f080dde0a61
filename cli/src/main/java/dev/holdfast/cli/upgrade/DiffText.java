package dev.holdfast.cli.upgrade;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.PlannedWave;
import dev.holdfast.proto.admin.v1.ProcessCheck;
import dev.holdfast.proto.admin.v1.UpgradePlan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What an upgrade would change, as people read it. */
final class DiffText {
    private static final int CONTEXT = 3;

    private DiffText() {}

    /** @param images finds a version of the image */
    static String of(UpgradePlan plan, String version, Function<String, Image> images) {
        Map<String, TreeSet<String>> hosts = plan.getWavesList().stream()
                .map(PlannedWave::getHostsList)
                .flatMap(List::stream)
                .flatMap(host -> host.getProcessesList().stream())
                .collect(Collectors.groupingBy(
                        ProcessCheck::getFromVersion,
                        TreeMap::new,
                        Collectors.mapping(ProcessCheck::getHost, Collectors.toCollection(TreeSet::new))));
        if (hosts.isEmpty()) {
            return "Nothing differs: no server process runs another version.";
        }
        Image after = images.apply(version);
        return hosts.entrySet().stream()
                .map(each -> "%s -> %s on %s\n%s"
                        .formatted(
                                each.getKey(),
                                version,
                                String.join(", ", each.getValue()),
                                manifests(images.apply(each.getKey()), after)))
                .collect(Collectors.joining("\n"));
    }

    private static String manifests(Image before, Image after) {
        List<String> lines = before.getManifest().lines().toList();
        List<String> diff = UnifiedDiffUtils.generateUnifiedDiff(
                "manifest of " + before.getVersion(),
                "manifest of " + after.getVersion(),
                lines,
                DiffUtils.diff(lines, after.getManifest().lines().toList()),
                CONTEXT);
        String bundle = before.getBundleDigest().equals(after.getBundleDigest()) ? "same bundle" : "another bundle";
        return diff.isEmpty() ? "  same manifest, " + bundle : "  " + bundle + "\n" + String.join("\n", diff);
    }
}
