package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.linux.LinuxSockets;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;

/**
 * The handles on the options: the JDK's, and our own where the JDK, or this run-time image, has none. A handle does not
 * mean that a socket has the option: {@link JdkSocket#supports} tells that.
 */
public final class JdkSocketOptions {
    /** Only {@link LinuxSockets} knows what to do with it. */
    public static final SocketOption<Integer> USER_TIMEOUT = own(KeepAliveOption.TCP_USER_TIMEOUT);

    private static final SocketOption<Integer> IDLE;
    private static final SocketOption<Integer> INTERVAL;
    private static final SocketOption<Integer> COUNT;

    static {
        SocketOption<Integer> idle = own(KeepAliveOption.TCP_KEEPIDLE);
        SocketOption<Integer> interval = own(KeepAliveOption.TCP_KEEPINTVL);
        SocketOption<Integer> count = own(KeepAliveOption.TCP_KEEPCNT);
        try {
            idle = ExtendedSocketOptions.TCP_KEEPIDLE;
            interval = ExtendedSocketOptions.TCP_KEEPINTERVAL;
            count = ExtendedSocketOptions.TCP_KEEPCOUNT;
        } catch (NoClassDefFoundError jdkNetIsMissing) {
            // Possible on the class path only: as a named module we require jdk.net. Sockets that are not the JDK's
            // have these options even so.
        }
        IDLE = idle;
        INTERVAL = interval;
        COUNT = count;
    }

    private JdkSocketOptions() {}

    private record OwnOption(String name, Class<Integer> type) implements SocketOption<Integer> {}

    private static SocketOption<Integer> own(KeepAliveOption option) {
        return new OwnOption(option.name(), Integer.class);
    }

    /** Whether the JDK has no such handle, so that only descriptors and sockets that are not the JDK's can have it. */
    static boolean isOwn(SocketOption<?> handle) {
        return handle instanceof OwnOption;
    }

    public static SocketOption<?> of(KeepAliveOption option) {
        return switch (option) {
            case SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case TCP_KEEPIDLE -> IDLE;
            case TCP_KEEPINTVL -> INTERVAL;
            case TCP_KEEPCNT -> COUNT;
            case TCP_USER_TIMEOUT -> USER_TIMEOUT;
        };
    }
}
