package io.keepalive;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The handles on the options: the JDK's, and our own where the JDK has none, or where it runs without the module
 * {@code jdk.net}. A handle does not mean that a socket has the option: {@link SocketAccess#supports}
 * tells that.
 */
final class JdkOptions {
    /** Only {@link NativeSockets} knows what to do with it. */
    static final SocketOption<Integer> USER_TIMEOUT = new OwnOption("TCP_USER_TIMEOUT", Integer.class);

    private static final SocketOption<Integer> IDLE;
    private static final SocketOption<Integer> INTERVAL;
    private static final SocketOption<Integer> COUNT;

    static {
        SocketOption<Integer> idle = new OwnOption("TCP_KEEPIDLE", Integer.class);
        SocketOption<Integer> interval = new OwnOption("TCP_KEEPINTVL", Integer.class);
        SocketOption<Integer> count = new OwnOption("TCP_KEEPCNT", Integer.class);
        try {
            idle = ExtendedSocketOptions.TCP_KEEPIDLE;
            interval = ExtendedSocketOptions.TCP_KEEPINTERVAL;
            count = ExtendedSocketOptions.TCP_KEEPCOUNT;
        } catch (NoClassDefFoundError jdkNetIsMissing) {
            // Possible on the class path only: as a named module we require jdk.net.
        }
        IDLE = idle;
        INTERVAL = interval;
        COUNT = count;
    }

    private JdkOptions() {}

    private record OwnOption(String name, Class<Integer> type) implements SocketOption<Integer> {}

    /** Whether only {@link DescriptorAccess} and {@link NativeSockets} know what to do with a handle. */
    static boolean isOwn(@Nullable SocketOption<?> handle) {
        return handle instanceof OwnOption;
    }

    static SocketOption<?> of(KeepAliveOption option) {
        return switch (option) {
            case SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case TCP_KEEPIDLE -> IDLE;
            case TCP_KEEPINTVL -> INTERVAL;
            case TCP_KEEPCNT -> COUNT;
            case TCP_USER_TIMEOUT -> USER_TIMEOUT;
        };
    }
}
