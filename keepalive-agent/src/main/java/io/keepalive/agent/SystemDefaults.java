package io.keepalive.agent;

import io.keepalive.KeepAliveOption;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of a new socket and their values. Read once: reading a new socket each time would cost more than the rest. */
final class SystemDefaults {
    private static volatile @Nullable SystemDefaults known;

    private final Map<KeepAliveOption, Long> values = new EnumMap<>(KeepAliveOption.class);
    private final Set<KeepAliveOption> missing = EnumSet.noneOf(KeepAliveOption.class);

    private SystemDefaults() {}

    /** Tries again later if no socket can be opened now: nothing is known then, and nothing is missing. */
    static SystemDefaults get() {
        SystemDefaults found = known;
        if (found == null) {
            found = new SystemDefaults();
            try (SocketChannel channel = SocketChannel.open()) {
                found.read(channel);
                known = found;
            } catch (IOException noDescriptorIsFree) {
                return found;
            }
        }
        return found;
    }

    private void read(SocketChannel channel) throws IOException {
        Set<SocketOption<?>> offered = channel.supportedOptions();
        // Not through the channel's own method: it lacks some options where the module jdk.net is missing.
        DescriptorSocket fresh = new DescriptorSocket(JdkNet.descriptor(channel), "SocketChannel");
        for (KeepAliveOption option : KeepAliveOption.values()) {
            SocketOption<?> handle = DescriptorSocket.handle(option);
            if (handle == null ? !JdkNet.LINUX : !offered.contains(handle)) {
                missing.add(option);
                continue;
            }
            try {
                values.put(option, fresh.get(option));
            } catch (IOException | UnsupportedOperationException unreadable) {
                // A sandbox, or a kind of socket that lacks the option: one option less, and no more than that.
            }
        }
    }

    /** Whether the sockets of this system and JDK lack the option. */
    boolean lacks(KeepAliveOption option) {
        return missing.contains(option);
    }

    /** The value of a new socket; null if it could not be read. */
    @Nullable
    Long value(KeepAliveOption option) {
        return values.get(option);
    }
}
