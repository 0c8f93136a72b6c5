package io.keepalive.netty;

import io.netty.channel.Channel;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;

/** The options of io_uring. To be touched only where its classes are. */
final class IoUringTable {
    static final OptionTable TABLE = OptionTable.of(
            IoUringChannelOption.TCP_KEEPIDLE,
            IoUringChannelOption.TCP_KEEPINTVL,
            IoUringChannelOption.TCP_KEEPCNT,
            IoUringChannelOption.TCP_USER_TIMEOUT);

    private IoUringTable() {}

    static boolean isFor(Channel channel) {
        return channel instanceof IoUringSocketChannel;
    }
}
