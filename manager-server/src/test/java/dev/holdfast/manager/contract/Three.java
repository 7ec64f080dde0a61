package dev.holdfast.manager.contract;

import java.io.IOException;
import java.nio.file.Path;

/** Three managers on one database; agents of a test are at the last two, and its caller is at the first. */
record Three(RunningManager first, RunningManager second, RunningManager third) implements AutoCloseable {
    static Three on(Fixture fixture, Path directory) throws IOException {
        RunningManager second = fixture.another(directory.resolve("second"));
        try {
            return new Three(fixture.manager(), second, fixture.another(directory.resolve("third")));
        } catch (IOException | RuntimeException e) {
            second.close();
            throw e;
        }
    }

    /** The first one goes on. */
    @Override
    public void close() {
        third.close();
        second.close();
    }
}
