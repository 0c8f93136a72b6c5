package io.keepalive.netty;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every channel of the process that a bootstrap makes, for clients that offer no hook. Start the JVM with {@code
 * -Dio.netty.bootstrap.extensions=serviceload -Dkeepalive.policy=outliving=4m}, or with the environment variable {@code
 * KEEPALIVE_POLICY}; without a policy it does nothing. The precedence is {@link Precedence#TIGHTEN}. Netty must not be relocated ("shaded") into another package.
 *
 * <p>Made by Netty.
 *
 * @since 0.1
 */
public final class KeepAliveExtension extends ChannelInitializerExtension {
    private static final String PROPERTY = "system property keepalive.policy";
    private static final String VARIABLE = "environment variable KEEPALIVE_POLICY";

    private final @Nullable ChannelKeeper keeper;

    /**
     * Reads the system property, or else the environment variable.
     *
     * @throws IllegalArgumentException if that is no policy
     */
    public KeepAliveExtension() {
        this(System.getProperty("keepalive.policy"), System.getenv("KEEPALIVE_POLICY"));
    }

    KeepAliveExtension(@Nullable String property, @Nullable String variable) {
        this.keeper =
                property != null ? keeper(PROPERTY, property) : variable != null ? keeper(VARIABLE, variable) : null;
    }

    private static ChannelKeeper keeper(String origin, String policy) {
        try {
            return ChannelKeeper.of(KeepAlive.parse(policy)).precedence(Precedence.TIGHTEN);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
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
