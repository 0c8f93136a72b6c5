package io.keepalive.internal;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's {@code TCP_KEEP*} options; null where the run-time image lacks the module jdk.net.
 *
 * <p>Application servers and OSGi containers may hide the package {@code jdk.net} from this library although the module
 * is there. A socket lists its options all the same, so they are looked up by name in that case.
 */
public final class JdkKeepAliveOptions {
    public static final @Nullable SocketOption<Integer> IDLE;
    public static final @Nullable SocketOption<Integer> INTERVAL;
    public static final @Nullable SocketOption<Integer> COUNT;

    static {
        SocketOption<Integer> idle;
        SocketOption<Integer> interval;
        SocketOption<Integer> count;
        try {
            idle = ExtendedSocketOptions.TCP_KEEPIDLE;
            interval = ExtendedSocketOptions.TCP_KEEPINTERVAL;
            count = ExtendedSocketOptions.TCP_KEEPCOUNT;
        } catch (LinkageError hiddenOrMissing) {
            idle = listed("TCP_KEEPIDLE");
            interval = listed("TCP_KEEPINTERVAL");
            count = listed("TCP_KEEPCOUNT");
        }
        IDLE = idle;
        INTERVAL = interval;
        COUNT = count;
    }

    private JdkKeepAliveOptions() {}

    @SuppressWarnings("unchecked") // the type of the option's values is compared
    private static @Nullable SocketOption<Integer> listed(String name) {
        // A channel rather than a Socket, whose implementation an application may replace.
        try (SocketChannel channel = SocketChannel.open()) {
            for (SocketOption<?> option : channel.supportedOptions()) {
                if (option.name().equals(name) && option.type() == Integer.class) {
                    return (SocketOption<Integer>) option;
                }
            }
        } catch (IOException | RuntimeException | LinkageError noneCanBeOpened) {
            // Treated as missing: reports say UNSUPPORTED.
        }
        return null;
    }
}
