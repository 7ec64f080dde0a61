package dev.holdfast.agent.linux;

/** The errno values that are told apart, and the names of those that operators meet; errno(3), x86-64. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOSYS = 38;
    public static final int ENOTSOCK = 88;
    public static final int ENOPROTOOPT = 92;
    public static final int EADDRINUSE = 98;
    public static final int ENETDOWN = 100;
    public static final int ENOTCONN = 107;
    public static final int ECONNREFUSED = 111;
    public static final int EINPROGRESS = 115;

    private Errno() {}

    /** Name and meaning: "EPERM: operation not permitted". */
    public static String text(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM: operation not permitted";
            case ENOENT -> "ENOENT: no such file or directory";
            case ESRCH -> "ESRCH: no such process";
            case EINTR -> "EINTR: interrupted";
            case EBADF -> "EBADF: bad file descriptor";
            case ECHILD -> "ECHILD: no such child";
            case EAGAIN -> "EAGAIN: try again";
            case EACCES -> "EACCES: permission denied";
            case EFAULT -> "EFAULT: bad address";
            case EINVAL -> "EINVAL: invalid argument";
            case EMFILE -> "EMFILE: too many open files";
            case ENOSYS -> "ENOSYS: not in this kernel";
            case ENOTSOCK -> "ENOTSOCK: not a socket";
            case ENOPROTOOPT -> "ENOPROTOOPT: no such option";
            case EADDRINUSE -> "EADDRINUSE: address in use";
            case ENETDOWN -> "ENETDOWN: network is down";
            case ENOTCONN -> "ENOTCONN: not connected";
            case ECONNREFUSED -> "ECONNREFUSED: connection refused";
            case EINPROGRESS -> "EINPROGRESS: in progress";
            default -> "errno " + errno;
        };
    }
}
