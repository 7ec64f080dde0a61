package dev.holdfast.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Message;
import dev.holdfast.proto.admin.v1.CheckUpgradeResponse;
import dev.holdfast.proto.admin.v1.ForgetHostResponse;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesResponse;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Resolution;
import dev.holdfast.proto.admin.v1.Tenant;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.UpgradePlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Scripts depend on the field names: they change only on purpose, here and in docs/cli.md. */
class JsonFieldsTest {
    private static final List<Message> ANSWERS = List.of(
            Tenant.getDefaultInstance(),
            Image.getDefaultInstance(),
            Host.getDefaultInstance(),
            Process.getDefaultInstance(),
            Resolution.getDefaultInstance(),
            Upgrade.getDefaultInstance(),
            UpgradeEvent.getDefaultInstance(),
            ListConnectionOutcomesResponse.getDefaultInstance(),
            CheckUpgradeResponse.getDefaultInstance(),
            UpgradePlan.getDefaultInstance(),
            ForgetHostResponse.getDefaultInstance());

    @Test
    void fieldNamesAreThoseOfTheRecord() throws IOException {
        List<String> fields = new ArrayList<>();
        for (Message type : ANSWERS) {
            String name = type.getDescriptorForType().getName();
            collect(name, JsonParser.parseString(json(Sample.of(type), false)), fields);
        }

        assertThat(String.join("\n", fields) + "\n").isEqualTo(recorded());
    }

    @Test
    void whatIsEmptyIsThereAllTheSame() {
        assertThat(JsonParser.parseString(json(Upgrade.getDefaultInstance(), false))
                        .getAsJsonObject()
                        .keySet())
                .contains("id", "tenant", "state", "cycles");
    }

    @Test
    void anItemIsOneLine() {
        assertThat(json(Sample.of(UpgradeEvent.getDefaultInstance()), true).lines())
                .hasSize(1);
    }

    private static String json(Message message, boolean item) {
        StringWriter written = new StringWriter();
        Output out = new Output(true, new PrintWriter(written), new PrintWriter(new StringWriter()));
        if (item) {
            out.item(message, () -> "");
        } else {
            out.answer(message, () -> "");
        }
        return written.toString();
    }

    private static void collect(String path, JsonElement element, List<String> fields) {
        switch (element) {
            case JsonObject object -> object.asMap().forEach((key, value) -> collect(path + "." + key, value, fields));
            case JsonArray array -> array.forEach(item -> collect(path + "[]", item, fields));
            default -> fields.add(path);
        }
    }

    private static String recorded() throws IOException {
        try (InputStream in = Objects.requireNonNull(JsonFieldsTest.class.getResourceAsStream("/json-fields.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
