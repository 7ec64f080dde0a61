package dev.holdfast.cli.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.holdfast.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What docker/ takes for granted of the rest, which a build of the images would find out late. */
class DockerFilesTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void whatIsCopiedIsThere() throws IOException {
        List<String> sources = lines("docker/Dockerfile")
                .filter(line -> line.startsWith("COPY "))
                .map(line -> Arrays.stream(line.split(" ", -1))
                        .filter(word -> !word.startsWith("-"))
                        .toList())
                .map(words -> words.get(1))
                .toList();
        String pom = Files.readString(ROOT.resolve("cli/pom.xml"));

        assertThat(sources)
                .containsExactly(".", "/src/cli/target/dist/lib", "/src/cli/target/holdfast.jar", "docker/holdfast");
        assertThat(pom)
                .contains("<finalName>holdfast</finalName>", "<outputDirectory>${project.build.directory}/dist/lib<");
        assertThat(ROOT.resolve("docker/holdfast")).isExecutable();
    }

    @Test
    void theJvmIsStartedAsByTheLauncher() throws IOException {
        assertThat(flags("docker/holdfast"))
                .containsAll(flags("holdfast").stream()
                        .filter(flag -> flag.startsWith("-XX:+") || flag.startsWith("--"))
                        .toList());
    }

    @Test
    void theProgramsOfComposeAreUnderstood() throws IOException {
        Object compose = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(ROOT.resolve("docker/compose.yaml")));
        JsonObject services = new Gson().toJsonTree(compose).getAsJsonObject().getAsJsonObject("services");

        assertThat(services.keySet()).containsExactly("postgres", "manager", "agent");
        for (String program : List.of("manager", "agent")) {
            Shell.parse(services.getAsJsonObject(program).getAsJsonArray("command").asList().stream()
                    .map(JsonElement::getAsString)
                    .toArray(String[]::new));
        }
    }

    /** The JVM's options in the assignment or call that names the native access. */
    private static List<String> flags(String script) throws IOException {
        return lines(script)
                .dropWhile(line -> !line.contains("--enable-native-access"))
                .limit(2)
                .flatMap(line -> Arrays.stream(line.split("[\\s\"]+", -1)))
                .filter(word -> word.startsWith("-"))
                .toList();
    }

    private static Stream<String> lines(String file) throws IOException {
        return Files.readAllLines(ROOT.resolve(file)).stream();
    }
}
