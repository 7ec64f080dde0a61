package dev.holdfast.agent.linux;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Files of proc(5). That a process is gone is an answer; that one could not look, as when there are no descriptors left, is
 * not, and must never be taken for it.
 */
public final class ProcFiles {
    private static final int TRIES = 3;

    private ProcFiles() {}

    /**
     * What one read gives, which is all of a small file; empty when the process or thread is gone.
     *
     * @throws SyscallException when it cannot be told
     */
    public static Optional<String> read(String file, int longest) {
        try (OwnedFd fd = Fds.open(file, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(longest);
            int length = Fds.read(fd, bytes);
            byte[] read = bytes.asSlice(0, length).toArray(Native.BYTE);
            return length == 0 ? Optional.empty() : Optional.of(new String(read, StandardCharsets.ISO_8859_1));
        } catch (SyscallException e) {
            if (isGone(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * The names in a directory; none when the process is gone.
     *
     * @throws SyscallException when it cannot be told
     */
    public static List<String> names(String directory) {
        for (int i = 0; i < TRIES; i++) {
            String[] names = new File(directory).list();
            if (names != null) {
                return List.of(names);
            }
            // It does not say why.
            try {
                Fds.openDirectory(directory).close();
            } catch (SyscallException e) {
                if (isGone(e)) {
                    return List.of();
                }
                throw e;
            }
        }
        throw new SyscallException("list " + directory, Errno.EAGAIN);
    }

    /** Whether a call failed because the process that it was about is gone. */
    public static boolean isGone(SyscallException e) {
        return e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH;
    }
}
