package dev.holdfast.acceptance.fleet;

import dev.holdfast.acceptance.process.OpenFiles;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How many hosts to simulate: as many as a process may have connections, on either side. */
final class HostCount implements ITypeConverter<Integer> {
    /** For libraries, logs, pipes and the database. */
    private static final int OTHER_FILES = 1_000;
    /** Of connections from one address to another; see ip_local_port_range in ip(7). */
    private static final int PORTS = 28_000;

    private final int openFiles;

    /** For this process, whose limit the managers inherit. */
    HostCount() {
        this(OpenFiles.limit());
    }

    HostCount(int openFiles) {
        this.openFiles = openFiles;
    }

    @Override
    public Integer convert(String text) {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) == 0) {
            throw new TypeConversionException("'" + text + "' is not a number of hosts; write it as 1000");
        }
        int hosts = Integer.parseInt(text);
        int most = Math.min(PORTS, Math.max(1, openFiles - OTHER_FILES));
        if (hosts > most) {
            throw new TypeConversionException(
                    "%d hosts are too many: a process may have %d files open here (ulimit -Hn), and one address %d connections to another, which is enough for %d"
                            .formatted(hosts, openFiles, PORTS, most));
        }
        return hosts;
    }
}
