package io.keepalive.netty;

import io.keepalive.loss.TcpInfo;
import io.netty.channel.Channel;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.channel.uring.IoUringTcpInfo;

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

    /** What the kernel knows about a channel of this transport. */
    static TcpInfo info(Channel channel) {
        IoUringTcpInfo info = ((IoUringSocketChannel) channel).tcpInfo();
        return TcpInfoBytes.of(
                info.state(),
                info.retransmits(),
                info.probes(),
                info.unacked(),
                info.lastDataRecv(),
                info.lastAckRecv());
    }
}
