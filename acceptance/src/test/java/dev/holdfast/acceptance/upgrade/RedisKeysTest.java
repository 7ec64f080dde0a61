package dev.holdfast.acceptance.upgrade;

import static dev.holdfast.acceptance.upgrade.SharedInstallation.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.load.Resp;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Redis that is asked to end saves its keys, and its successor has them, for clients that were there before. */
@ExtendWith(SharedInstallation.class)
@Timeout(60)
final class RedisKeysTest {
    private static final int KEYS = 1_000;

    @Test
    void keysSurvive(Installation installation) throws Exception {
        try (Trial trial = Trial.start(installation, HOST, new RedisServer(true), Listen.freeIpv4());
                Socket socket = new Socket()) {
            socket.connect(trial.listen().socketAddress());
            for (int i = 0; i < KEYS; i++) {
                assertThat(reply(socket, "SET", "key" + i, "value" + i)).isEqualTo("+OK");
            }

            Upgrade upgrade = trial.upgrade(event -> {});

            assertThat(upgrade.getState()).as(upgrade::toString).isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(reply(socket, "DBSIZE")).isEqualTo(":" + KEYS);
            assertThat(reply(socket, "STRLEN", "key999")).isEqualTo(":8");
        }
    }

    private static String reply(Socket socket, String... command) throws IOException {
        socket.getOutputStream().write(Resp.command(command).getBytes(StandardCharsets.US_ASCII));
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 1);
        return String.valueOf(in.readLine());
    }
}
