package io.keepalive.cli.linux;

/**
 * What a socket holds of the options that a policy is made of.
 *
 * @param keepAlive SO_KEEPALIVE
 * @param userTimeoutMillis 0 is the system's own limit
 */
public record SocketOptions(boolean keepAlive, int idleSeconds, int intervalSeconds, int count, int userTimeoutMillis) {

    /** Reads them through a descriptor of this process. */
    public static SocketOptions read(SystemCalls calls, int descriptor) throws ErrnoException {
        return new SocketOptions(
                calls.getOption(descriptor, Linux.SOL_SOCKET, Linux.SO_KEEPALIVE) != 0,
                calls.getOption(descriptor, Linux.IPPROTO_TCP, Linux.TCP_KEEPIDLE),
                calls.getOption(descriptor, Linux.IPPROTO_TCP, Linux.TCP_KEEPINTVL),
                calls.getOption(descriptor, Linux.IPPROTO_TCP, Linux.TCP_KEEPCNT),
                calls.getOption(descriptor, Linux.IPPROTO_TCP, Linux.TCP_USER_TIMEOUT));
    }
}
