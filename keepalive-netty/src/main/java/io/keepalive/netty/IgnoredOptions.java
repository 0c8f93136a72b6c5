package io.keepalive.netty;

import io.keepalive.KeepAliveOption;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keepalive options that a bootstrap sets and its channels don't have: an {@code EpollChannelOption} on an NIO channel. Netty
 * logs them and carries on; whoever set them believes that the connection is kept.
 */
final class IgnoredOptions {
    private static final Set<String> NAMES =
            Arrays.stream(KeepAliveOption.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

    private IgnoredOptions() {}

    /** The first of them, and what to do; empty if there is none. */
    static Optional<String> find(Map<ChannelOption<?>, Object> options, Channel channel) {
        return options.entrySet().stream()
                .filter(entry ->
                        isOfKeepAlive(entry.getKey()) && channel.config().getOption(entry.getKey()) == null)
                .map(entry -> "option(" + entry.getKey() + ", " + entry.getValue() + "): "
                        + channel.getClass().getSimpleName()
                        + " does not have it (expected: one of its own transport, or none: the policy says it all)")
                .findFirst();
    }

    /** Whether it is for keepalive, whatever the transport: those of Netty's transports have their class in front. */
    static boolean isOfKeepAlive(ChannelOption<?> option) {
        String name = option.name();
        return NAMES.contains(name.substring(name.lastIndexOf('#') + 1));
    }
}
