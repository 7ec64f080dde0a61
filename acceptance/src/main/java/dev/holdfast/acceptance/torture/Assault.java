package dev.holdfast.acceptance.torture;

import java.io.IOException;
import java.util.List;

/** Kills somebody wherever an agent's cycles call the kernel. */
interface Assault {
    /** Before an upgrade begins. */
    void prepare() throws IOException, InterruptedException;

    /** The upgrade has begun. */
    void follow(JournalCopy journal);

    /**
     * The upgrade is over.
     *
     * @return what was done
     * @throws IOException when who was killed did not come back
     */
    List<Blow> await() throws IOException;
}
