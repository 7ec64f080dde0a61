package dev.holdfast.acceptance.demo;

import dev.holdfast.acceptance.process.OpenFiles;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How many clients to connect: as many as this machine and the catalogue's servers can have, found before anything is started. */
public final class ClientCount implements ITypeConverter<Integer> {
    /** What redis is configured for, which is the least of the servers. */
    private static final int SERVERS_TAKE = 16_000;
    /** For libraries, logs and pipes of the process that has the most besides. */
    private static final int OTHER_FILES = 1_000;

    private final int openFiles;

    /** For this process, whose limit the processes that it starts inherit. */
    public ClientCount() {
        this(OpenFiles.limit());
    }

    ClientCount(int openFiles) {
        this.openFiles = openFiles;
    }

    @Override
    public Integer convert(String text) {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) == 0) {
            throw new TypeConversionException("'" + text + "' is not a number of clients; write it as 1000");
        }
        int clients = Integer.parseInt(text);
        int filesAllow = Math.max(1, openFiles - OTHER_FILES);
        if (clients > filesAllow) {
            throw new TypeConversionException(
                    "%d clients are too many: a process may have %d files open here (ulimit -Hn), which is enough for %d"
                            .formatted(clients, openFiles, Math.min(filesAllow, SERVERS_TAKE)));
        }
        if (clients > SERVERS_TAKE) {
            throw new TypeConversionException(
                    "%d clients are too many: the servers are configured for %d".formatted(clients, SERVERS_TAKE));
        }
        return clients;
    }
}
