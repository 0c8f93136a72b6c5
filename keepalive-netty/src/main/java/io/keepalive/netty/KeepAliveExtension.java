package io.keepalive.netty;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every channel of the process that a bootstrap makes, for clients that offer no hook. Start the JVM with {@code
 * -Dio.netty.bootstrap.extensions=serviceload -Dkeepalive.policy=outliving=4m}; without {@code keepalive.policy} it does
 * nothing. The precedence is {@link Precedence#TIGHTEN}. Netty must not be relocated ("shaded") into another package.
 *
 * <p>Made by Netty.
 *
 * @since 0.1
 */
public final class KeepAliveExtension extends ChannelInitializerExtension {
    private static final String PROPERTY = "keepalive.policy";

    private final @Nullable ChannelKeeper keeper;

    /**
     * Reads the system property.
     *
     * @throws IllegalArgumentException if it is no policy
     */
    public KeepAliveExtension() {
        this(System.getProperty(PROPERTY));
    }

    KeepAliveExtension(@Nullable String policy) {
        this.keeper = policy == null ? null : keeper(policy);
    }

    private static ChannelKeeper keeper(String policy) {
        try {
            return ChannelKeeper.of(KeepAlive.parse(policy)).precedence(Precedence.TIGHTEN);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("system property " + PROPERTY + ": " + e.getMessage(), e);
        }
    }

    /** Called after the bootstrap has set its own options, before the channel connects. */
    @Override
    public void postInitializeClientChannel(Channel channel) {
        keep(channel);
    }

    /** Called after the child options are set. */
    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        keep(channel);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the keeper logs what became of it
    private void keep(Channel channel) {
        if (keeper != null) {
            keeper.keep(channel);
        }
    }
}
