package io.keepalive.internal.linux;

/**
 * The numbers of Linux on every architecture that a supported JDK runs on (asm-generic/socket.h,
 * asm-generic/errno.h, linux/tcp.h, linux/fcntl.h, linux/socket.h).
 */
public final class Linux {
    public static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_TYPE = 3;
    static final int SO_KEEPALIVE = 9;
    public static final int SO_ACCEPTCONN = 30;
    public static final int SO_PROTOCOL = 38;
    static final int SOCK_STREAM = 1;

    public static final int IPPROTO_TCP = 6;
    public static final int TCP_KEEPIDLE = 4;
    public static final int TCP_KEEPINTVL = 5;
    public static final int TCP_KEEPCNT = 6;
    public static final int TCP_INFO = 11;
    public static final int TCP_USER_TIMEOUT = 18;

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int F_DUPFD_CLOEXEC = 1030;

    static final int EBADF = 9;
    static final int EPERM = 1;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int ENOPROTOOPT = 92;
    static final int EOPNOTSUPP = 95;

    private Linux() {}

    /** What the kernel says, in the words that the JDK uses for it. */
    static String error(int errno) {
        return switch (errno) {
            case EBADF -> "Bad file descriptor";
            case EPERM -> "Operation not permitted";
            case ENOSYS -> "Function not implemented";
            case ENOPROTOOPT -> "Protocol not available";
            case EOPNOTSUPP -> "Operation not supported";
            case EINVAL -> "Invalid argument";
            default -> "error " + errno;
        };
    }
}
