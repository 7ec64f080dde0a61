package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void anUnknownCommandIsAnsweredWithWhatThereIs() {
        Shell.Result result = Shell.holdfast("tennant", "list");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("""
                holdfast: there is no command 'tennant' here
                Did you mean: holdfast tenant""");
    }

    @Test
    void aMissingCommandIsAnsweredWithWhatThereIs() {
        Shell.Result result = Shell.holdfast("upgrade");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("holdfast upgrade: Missing required subcommand")
                .contains("watch  ");
    }

    @Test
    void anUnknownOptionIsAnsweredWithTheNearest() {
        Shell.Result result = Shell.holdfast("process", "list", "--tenent", "acme");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).isEqualTo("""
                holdfast process list: there is no option '--tenent' here
                Possible solutions: --tenant
                Try: holdfast process list --help
                """);
    }

    @Test
    void missingOptionsAreNamed() {
        Shell.Result result = Shell.holdfast("host", "assign", "web1");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).isEqualTo("""
                holdfast host assign: Missing required option: '--tenant=T'
                Try: holdfast host assign --help
                """);
    }

    @Test
    void valuesAreRefusedWithWhatWouldBeRight() {
        assertThat(Shell.holdfast("tenant", "list", "--manager", "here").err())
                .contains("'here' is not HOST:PORT; write it as 127.0.0.1:7600, manager:7600 or [::1]:7600");
        assertThat(Shell.holdfast("tenant", "list", "--output", "yaml").err())
                .contains("'yaml' is neither text nor json");
        assertThat(Shell.holdfast("image", "show", "shop", "--tenant", "acme").err())
                .contains("'shop' is not NAME:VERSION; write it as shop:v2");
        assertThat(Shell.holdfast("upgrade", "start", "--tenant", "acme", "--image", "a:b", "--request-id", "7")
                        .err())
                .contains("'7' is not a UUID; write one as ");
    }

    @Test
    void tellsItsVersion() {
        assertThat(Shell.holdfast("--version").out()).startsWith("holdfast ");
    }

    @Test
    void aManagerThatIsNotThereIsToldWithTheWayOut() {
        Shell.Result result = Shell.holdfast("tenant", "list", "--manager", "127.0.0.1:1");

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.err()).isEqualTo("""
                holdfast tenant list: cannot reach the manager at 127.0.0.1:1 (Connection refused)
                Hint: start one with: holdfast manager; or say where it is with --manager HOST:PORT or HOLDFAST_MANAGER
                """);
    }

    @Test
    void inJsonAFailureIsAnObject() {
        Shell.Result result = Shell.holdfast("tenant", "list", "--manager", "127.0.0.1:1", "-o", "json");

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo("{\"error\":{\"code\":\"UNAVAILABLE\",\"exit_code\":7,\"message\":\"cannot reach the manager"
                        + " at 127.0.0.1:1 (Connection refused)\",\"fields\":[],\"hint\":\"start one with: holdfast"
                        + " manager; or say where it is with --manager HOST:PORT or HOLDFAST_MANAGER\"}}\n");
    }
}
