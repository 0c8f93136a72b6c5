package io.keepalive.netty;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;

/** The options of epoll. To be touched only where its classes are. */
final class EpollTable {
    static final OptionTable TABLE = OptionTable.of(
            EpollChannelOption.TCP_KEEPIDLE,
            EpollChannelOption.TCP_KEEPINTVL,
            EpollChannelOption.TCP_KEEPCNT,
            EpollChannelOption.TCP_USER_TIMEOUT);

    private EpollTable() {}

    static boolean isFor(Channel channel) {
        return channel instanceof EpollSocketChannel;
    }
}
