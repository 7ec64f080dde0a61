package dev.holdfast.agent.linux;

/** A system call failed; the message names the call and the errno. */
public final class SyscallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    public SyscallException(String call, int errno) {
        super(call + ": " + Errno.text(errno));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
