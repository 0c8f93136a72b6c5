package io.keepalive.cli.linux;

/** Error numbers (asm-generic/errno-base.h, errno.h) with their names. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOSYS = 38;
    public static final int EMSGSIZE = 90;
    public static final int ENOPROTOOPT = 92;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int ENOBUFS = 105;

    private Errno() {}

    /** The symbolic name and what it means. */
    public static String text(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM, operation not permitted";
            case ENOENT -> "ENOENT, no such file";
            case ESRCH -> "ESRCH, no such process";
            case EINTR -> "EINTR, interrupted";
            case EBADF -> "EBADF, no such descriptor";
            case EAGAIN -> "EAGAIN, nothing there";
            case ENOMEM -> "ENOMEM, out of memory";
            case EACCES -> "EACCES, permission denied";
            case EINVAL -> "EINVAL, invalid argument";
            case EMFILE -> "EMFILE, too many open files";
            case ENOSYS -> "ENOSYS, this kernel lacks the call";
            case EMSGSIZE -> "EMSGSIZE, message too long";
            case ENOPROTOOPT -> "ENOPROTOOPT, the protocol lacks the option";
            case EPROTONOSUPPORT -> "EPROTONOSUPPORT, this kernel lacks the protocol";
            case EOPNOTSUPP -> "EOPNOTSUPP, not supported";
            case ENOBUFS -> "ENOBUFS, buffer overrun";
            default -> "errno " + errno;
        };
    }
}
