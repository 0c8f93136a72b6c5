package io.keepalive.cli.probe;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Ends connections. */
final class Channels {
    private Channels() {}

    /** In order; a failure to close has no consequence here. */
    static void close(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // the close is not waited for
            }
        }
    }

    /** By a reset, so that the kernel does not go on retransmitting a FIN into a dead path. */
    static void abort(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | UnsupportedOperationException ignored) {
            // then it is closed in order
        }
        close(channel);
    }
}
