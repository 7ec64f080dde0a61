package dev.holdfast.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.Finding;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.PlannedHost;
import dev.holdfast.proto.admin.v1.PlannedWave;
import dev.holdfast.proto.admin.v1.ProcessCheck;
import dev.holdfast.proto.admin.v1.UpgradePlan;
import org.junit.jupiter.api.Test;

/** What plan and diff show. */
class PlanTextTest {
    private static final UpgradePlan PLAN = UpgradePlan.newBuilder()
            .addWaves(PlannedWave.newBuilder()
                    .setNumber(1)
                    .addHosts(host("web1", true, process("web1", "v1", Finding.Severity.SEVERITY_PASSED))))
            .addWaves(PlannedWave.newBuilder()
                    .setNumber(2)
                    .setWantsApproval(true)
                    .addHosts(host("web2", true, process("web2", "v1", Finding.Severity.SEVERITY_REFUSED)))
                    .addHosts(host("web3", false, process("web3", "v0", Finding.Severity.SEVERITY_WARNING))))
            .addUnconcernedHosts("web4")
            .build();

    @Test
    void aPlanShowsWavesHostsAndWhatSpeaksAgainstThem() {
        assertThat(PlanText.of(PLAN)).isEqualTo("""
                Wave 1
                HOST  AGENT      RUNS  CHECK
                web1  connected  v1    passed

                Wave 2, after its approval
                HOST  AGENT      RUNS  CHECK
                web2  connected  v1    refused
                web3  away       v0    warning

                Not concerned: web4

                1 server process cannot be upgraded now; the reasons: holdfast upgrade check""");
        assertThat(PlanText.refused(PLAN)).isEqualTo(1);
    }

    @Test
    void nothingToUpgradeIsSaid() {
        assertThat(PlanText.of(UpgradePlan.getDefaultInstance())).startsWith("Nothing to upgrade");
        assertThat(DiffText.of(UpgradePlan.getDefaultInstance(), "v2", PlanTextTest::image))
                .startsWith("Nothing differs");
    }

    @Test
    void aDiffShowsVersionsByHostAndManifests() {
        assertThat(DiffText.of(PLAN, "v2", PlanTextTest::image)).isEqualTo("""
                v0 -> v2 on web3
                  same manifest, another bundle
                v1 -> v2 on web1, web2
                  another bundle
                --- manifest of v1
                +++ manifest of v2
                @@ -1,2 +1,2 @@
                 exec: [shop]
                -ports: [8081]
                +ports: [8080]""");
    }

    private static Image image(String version) {
        return Image.newBuilder()
                .setVersion(version)
                .setManifest("exec: [shop]\nports: [" + (version.equals("v1") ? 8081 : 8080) + "]\n")
                .setBundleDigest("sha256:" + version)
                .build();
    }

    private static PlannedHost.Builder host(String name, boolean isConnected, ProcessCheck.Builder process) {
        return PlannedHost.newBuilder().setHost(name).setConnected(isConnected).addProcesses(process);
    }

    private static ProcessCheck.Builder process(String host, String version, Finding.Severity severity) {
        return ProcessCheck.newBuilder()
                .setHost(host)
                .setFromVersion(version)
                .addFindings(Finding.newBuilder().setSeverity(severity));
    }
}
