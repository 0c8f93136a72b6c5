package io.keepalive.netty;

import io.keepalive.KeepAliveOption;
import io.keepalive.socket.SocketOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of a channel whose transport makes system calls of its own.
 *
 * @param channel a TCP channel
 * @param table what its transport calls them
 */
record NettyOptions(Channel channel, OptionTable table) implements SocketOptions {
    @Override
    public long get(KeepAliveOption option) throws IOException {
        if (option == KeepAliveOption.SO_KEEPALIVE) {
            return get(ChannelOption.SO_KEEPALIVE) ? 1 : 0;
        }
        return get(named(option));
    }

    @Override
    public void set(KeepAliveOption option, long value) throws IOException {
        if (option == KeepAliveOption.SO_KEEPALIVE) {
            set(ChannelOption.SO_KEEPALIVE, value != 0);
        } else {
            set(named(option), (int) value);
        }
    }

    @Override
    public String whyMissing(KeepAliveOption option) {
        return option == KeepAliveOption.SO_KEEPALIVE || table.options().containsKey(option) ? "" : table.whyMissing();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public String describe() {
        return channel.getClass().getSimpleName();
    }

    private ChannelOption<Integer> named(KeepAliveOption option) {
        return Objects.requireNonNull(table.options().get(option), option::name);
    }

    private <T> T get(ChannelOption<T> option) throws IOException {
        @Nullable T value;
        try {
            value = channel.config().getOption(option);
        } catch (ChannelException e) {
            throw asIoException(e);
        }
        if (value == null) {
            throw new UnsupportedOperationException("the channel does not know " + option);
        }
        return value;
    }

    private <T> void set(ChannelOption<T> option, T value) throws IOException {
        try {
            if (!channel.config().setOption(option, value)) {
                // Netty's own bootstraps log this, and carry on.
                throw new UnsupportedOperationException("the channel does not know " + option);
            }
        } catch (ChannelException e) {
            throw asIoException(e);
        }
    }

    /** Netty wraps what the system said. */
    private static IOException asIoException(ChannelException e) {
        return e.getCause() instanceof IOException io ? io : new IOException(e.getMessage(), e);
    }
}
