package io.keepalive.netty;

import io.keepalive.KeepAliveOption;
import io.keepalive.socket.SocketOptions;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;

/**
 * A channel that can't be kept itself.
 *
 * @param channel the channel
 * @param why for the report
 */
record NoOptions(Channel channel, String why) implements SocketOptions {
    @Override
    public long get(KeepAliveOption option) {
        throw new UnsupportedOperationException(why);
    }

    @Override
    public void set(KeepAliveOption option, long value) {
        throw new UnsupportedOperationException(why);
    }

    @Override
    public String whyMissing(KeepAliveOption option) {
        return why;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public boolean isSetOnAccept(KeepAliveOption option) {
        return channel instanceof ServerChannel;
    }

    @Override
    public String describe() {
        return channel.getClass().getSimpleName();
    }
}
