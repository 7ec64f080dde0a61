package dev.holdfast.common.manifest;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** How to see that a started server can serve, and how long it may take. */
public sealed interface Ready {
    Duration DEFAULT_WITHIN = Duration.ofSeconds(30);

    Duration within();

    /** Ready when a GET is answered with a status from 200 to 399. */
    record Http(URI url, Duration within) implements Ready {}

    /** Ready when the server has accepted a connection on the port. The default, on the first port. */
    record Tcp(PortSpec port, Duration within) implements Ready {}

    /** Ready when the command, run as the server's user in its directory, exits with 0. */
    record Command(List<String> argv, Duration within) implements Ready {
        public Command {
            argv = List.copyOf(argv);
        }
    }
}
