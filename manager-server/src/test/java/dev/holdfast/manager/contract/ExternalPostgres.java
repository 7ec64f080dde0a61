package dev.holdfast.manager.contract;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;

/** A PostgreSQL that is no manager's own: where and when a test says. */
final class ExternalPostgres {
    private ExternalPostgres() {}

    /** Its data, if there is any already, is kept. */
    static EmbeddedPostgres start(Path data, int port, Map<String, String> settings) throws IOException {
        System.setProperty("ot.epg.working-dir", System.getProperty("user.home") + "/.cache/holdfast/postgres");
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port);
        settings.forEach(builder::setServerConfig);
        return builder.start();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
