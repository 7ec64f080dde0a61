package dev.holdfast.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.common.yaml.YamlException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestRefusalTest {
    @ParameterizedTest
    @MethodSource
    void refusedWithItsPlaceAndWhatWouldBeRight(String yaml, String message) {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> ManifestParser.parse(yaml))
                .withMessage(message);
    }

    static Stream<Arguments> refusedWithItsPlaceAndWhatWouldBeRight() {
        return Stream.of(
                Arguments.of("", "line 1, column 1: the manifest is empty; it needs at least exec and ports"),
                Arguments.of(
                        "- a",
                        "line 1, column 1: must be a mapping with exec, user, env, workdir, ports, ready, stop,"
                                + " takeover; it is a list"),
                Arguments.of(
                        "ports: [1]",
                        "line 1, column 1: the key exec is missing; write exec: [\"bin/server\", \"--port\", \"8080\"]"),
                Arguments.of("exec: [a]", "line 1, column 1: the key ports is missing; write ports: [8080]"),
                Arguments.of(
                        "exec: [a]\nport: [1]",
                        "line 2, column 1: port: unknown key; did you mean ports? The keys here are exec, user, env,"
                                + " workdir, ports, ready, stop, takeover"),
                Arguments.of(
                        "exec: [a]\nports: [1]\nsomethingElseEntirely: 1",
                        "line 3, column 1: somethingElseEntirely: unknown key; The keys here are exec, user, env,"
                                + " workdir, ports, ready, stop, takeover"),
                Arguments.of("exec: [a]\nexec: [b]\nports: [1]", "line 2, column 1: exec: is there twice; keep one"),
                Arguments.of("? [a]\n: b", "line 1, column 3: a key must be a plain string"),
                exec(
                        "run me",
                        "line 1, column 7: exec: must be a list, as [\"bin/server\", \"--port\", \"8080\"]; it is"
                                + " the string 'run me'"),
                exec(
                        "[]",
                        "line 1, column 7: exec: must not be empty; write it as [\"bin/server\", \"--port\","
                                + " \"8080\"]"),
                exec("[a, 8080]", "line 1, column 11: exec[1]: must be a string, as \"8080\"; it is the number 8080"),
                exec("[a, true]", "line 1, column 11: exec[1]: must be a string, as \"true\"; it is the boolean true"),
                exec("[a, null]", "line 1, column 11: exec[1]: must be a string, as \"null\"; it is nothing"),
                exec("[\"\"]", "line 1, column 8: exec[0]: must not be empty; write it as \"text\""),
                exec("[\"a\\0\"]", "line 1, column 8: exec[0]: must not hold a NUL character"),
                exec(
                        "[\"../a\"]",
                        "line 1, column 8: exec[0]: '../a' leaves the bundle; write a path in the bundle"
                                + " without .., or an absolute one"),
                third("user: 7", "line 3, column 7: user: must be a string, as nobody; it is the number 7"),
                third("user: a b", "line 3, column 7: user: 'a b' is not the name of a user; write it as nobody"),
                third(
                        "env: [a]",
                        "line 3, column 6: env: must be a mapping of names to values, as {LOG_LEVEL: info};"
                                + " it is a list"),
                third(
                        "env: {A: [1]}",
                        "line 3, column 10: env.A: must be a string, a number or a boolean (\"\" for an"
                                + " empty one); it is a list"),
                third(
                        "env: {A: }",
                        "line 3, column 9: env.A: must be a string, a number or a boolean (\"\" for an"
                                + " empty one); it is nothing"),
                third(
                        "env: {A=B: c}",
                        "line 3, column 12: env.A=B: 'A=B' cannot be the name of an environment"
                                + " variable; write it as LOG_LEVEL"),
                third(
                        "workdir: var",
                        "line 3, column 10: workdir: 'var' is not absolute; write it as /var/lib/server,"
                                + " or leave it out for the unpacked bundle"),
                third(
                        "ready: 5",
                        "line 3, column 8: ready: must be a mapping with http, tcp, command, within; it is"
                                + " the number 5"),
                third(
                        "ready: {tcp: 1, http: x}",
                        "line 3, column 8: ready: has http and tcp; keep one, as {http:"
                                + " \"http://127.0.0.1:8080/healthz\"}, {tcp: 8080} or {command: [...]}"),
                third(
                        "ready: {http: \"https://a/\"}",
                        "line 3, column 15: ready.http: 'https://a/' does not begin"
                                + " with http://; write it as \"http://127.0.0.1:8080/healthz\""),
                third(
                        "ready: {http: \"http:///x\"}",
                        "line 3, column 15: ready.http: 'http:///x' names no host;"
                                + " write it as \"http://127.0.0.1:8080/healthz\""),
                third(
                        "ready: {http: \"http://a b\"}",
                        "line 3, column 15: ready.http: 'http://a b' is not a URL;"
                                + " write it as \"http://127.0.0.1:8080/healthz\""),
                third(
                        "ready: {within: 30}",
                        "line 3, column 17: ready.within: must be a number and ms, s, m or h, as"
                                + " 30s; it is the number 30"),
                third(
                        "ready: {within: [1]}",
                        "line 3, column 17: ready.within: must be a number and ms, s, m or h, as"
                                + " 30s; it is a list"),
                third("stop: {within: 0s}", "line 3, column 16: stop.within: must be longer than nothing, as 10s"),
                third(
                        "stop: {signal: SIGTREM}",
                        "line 3, column 16: stop.signal: 'SIGTREM' is not known; did you mean"
                                + " TERM? It may be HUP, INT, QUIT, KILL, USR1, USR2, TERM"),
                third(
                        "stop: {signal: 9}",
                        "line 3, column 16: stop.signal: must be a string, as KILL; it is the" + " number 9"),
                third(
                        "takeover: {onDeadline: wait}",
                        "line 3, column 24: takeover.onDeadline: 'wait' is not known; It may be abort, reset,"
                                + " linger"),
                third(
                        "takeover: {onDeadline: linger}",
                        "line 3, column 24: takeover.onDeadline: linger needs start: warm, since the old server goes on"
                                + " while the new one runs: two must be able to run at once"),
                third(
                        "takeover: {quiet: 5s}",
                        "line 3, column 19: takeover.quiet: the deadline (5000ms) must be longer"
                                + " than quiet (5000ms)"));
    }

    @ParameterizedTest
    @MethodSource
    void portsAreRefused(String ports, String message) {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> ManifestParser.parse("exec: [a]\nports: " + ports))
                .withMessageStartingWith("line 2, column ")
                .withMessageContaining(message);
    }

    static Stream<Arguments> portsAreRefused() {
        return Stream.of(
                Arguments.of("8080", "ports: must be a list, as [8080]; it is the number 8080"),
                Arguments.of("[]", "ports: must not be empty; write it as [8080]"),
                Arguments.of("[{}]", "ports[0]: must be a port"),
                Arguments.of("[0]", "a port is a number from 1 to 65535; 0 is not"),
                Arguments.of("[65536]", "a port is a number from 1 to 65535; 65536 is not"),
                Arguments.of("[http]", "ports[0]: 'http' is not a port; write it as 8080, \"127.0.0.1:8080\" or"),
                Arguments.of("[\"localhost:80\"]", "'localhost:80' is not a port"),
                Arguments.of("[\"1.2.3.999:80\"]", "'1.2.3.999' is not an IP address"),
                Arguments.of("[\"[::1::]:80\"]", "'::1::' is not an IP address"),
                Arguments.of("[\"::1:80\"]", "an IPv6 one in brackets"),
                Arguments.of("[80, 81, 80]", "ports[2]: 80 is already covered by 80; name every port once"),
                Arguments.of("[80, \"127.0.0.1:80\"]", "ports[1]: 127.0.0.1:80 is already covered by 80"));
    }

    @Test
    void whatIsNotYamlIsRefusedInOneLineWithItsPlace() {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> ManifestParser.parse("exec: [a\nports: [8080]"))
                .withMessageStartingWith("line 2, column 6: the manifest is not YAML: ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> ManifestParser.parse("exec: [a]\n---\nports: [1]"))
                .withMessageContaining("the manifest is not YAML: ");
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> ManifestParser.parse("exec: [a]\nports: \u0001"))
                .withMessageContaining("the manifest is not YAML: ");
    }

    @Test
    void bombsAreRefused() {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> ManifestParser.parse("a: &a [x]\nb: *a\nports: [1]"))
                .withMessageContaining("is not YAML: ");
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> ManifestParser.parse("[".repeat(100_000)))
                .withMessage("line 1, column 21: the manifest is nested deeper than 20 levels");
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> ManifestParser.parse("#".repeat(300_000)))
                .withMessageContaining("is longer than 262144 characters");
    }

    private static Arguments exec(String value, String message) {
        return Arguments.of("exec: " + value + "\nports: [1]", message);
    }

    private static Arguments third(String line, String message) {
        return Arguments.of("exec: [a]\nports: [1]\n" + line, message);
    }
}
