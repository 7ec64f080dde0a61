package dev.holdfast.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.image.ImageRef;
import dev.holdfast.proto.admin.v1.Finding;
import dev.holdfast.proto.admin.v1.ProcessCheck;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckTextTest {
    private static final ImageRef IMAGE = new ImageRef("shop", "v2");

    @Test
    void everyFindingIsInTheTableOfItsProcess() {
        List<ProcessCheck> processes = List.of(
                process("p1", "web1")
                        .addFindings(finding("ptrace", Finding.Severity.SEVERITY_PASSED, "allowed"))
                        .addFindings(finding("tls", Finding.Severity.SEVERITY_REFUSED, "port 443 speaks TLS"))
                        .build(),
                process("p2", "web2")
                        .addFindings(finding("agent", Finding.Severity.SEVERITY_WARNING, "not connected"))
                        .build());

        assertThat(CheckText.of(IMAGE, processes)).isEqualTo("""
                Process p1 on web1, v1 to v2
                CHECK   RESULT   DETAIL
                ptrace  passed   allowed
                tls     refused  port 443 speaks TLS

                Process p2 on web2, v1 to v2
                CHECK  RESULT   DETAIL
                agent  warning  not connected

                1 of 2 server processes cannot be upgraded to shop:v2 now.""");
        assertThat(CheckText.refused(processes)).isEqualTo(1);
        assertThat(CheckText.of(IMAGE, processes.subList(1, 2)))
                .endsWith("Nothing is in the way of upgrading 1 server process to shop:v2.");
    }

    @Test
    void thatThereIsNothingToDoIsSaid() {
        assertThat(CheckText.of(IMAGE, List.of())).contains("Nothing to upgrade", "shop", "v2");
    }

    private static ProcessCheck.Builder process(String id, String host) {
        return ProcessCheck.newBuilder().setProcessId(id).setHost(host).setFromVersion("v1");
    }

    private static Finding finding(String check, Finding.Severity severity, String detail) {
        return Finding.newBuilder()
                .setCheck(check)
                .setSeverity(severity)
                .setDetail(detail)
                .build();
    }
}
