package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import java.util.List;
import java.util.stream.Stream;

/** Some descriptors put by, so that there are enough to look at processes on the way back. */
final class Reserve implements AutoCloseable {
    private static final int SIZE = 8;

    private List<OwnedFd> descriptors = List.of();

    void take() {
        descriptors = Stream.generate(() -> Fds.openDirectory("/")).limit(SIZE).toList();
    }

    /** They may be used now. */
    @Override
    public void close() {
        descriptors.forEach(OwnedFd::close);
    }
}
