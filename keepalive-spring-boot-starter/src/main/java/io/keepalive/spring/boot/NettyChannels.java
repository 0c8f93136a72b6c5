package io.keepalive.spring.boot;

import io.keepalive.netty.ChannelKeeper;
import io.keepalive.netty.ChannelLiveness;
import io.netty.channel.Channel;
import java.lang.ref.WeakReference;

/** Keeps channels of clients and servers on Netty. */
final class NettyChannels {
    private NettyChannels() {}

    /** A keeper that reports to the client's own counters. */
    static ChannelKeeper keeper(ClientKeeper client) {
        return ChannelKeeper.of(client.policy()).precedence(client.precedence()).onReport((channel, report) -> {
            client.record(report);
            client.watch(watched(channel));
        });
    }

    private static WatchedConnection<Channel> watched(Channel channel) {
        return new WatchedConnection<>(
                new WeakReference<>(channel), Channel::isOpen, Channel::remoteAddress, ChannelLiveness::tcpInfo);
    }
}
