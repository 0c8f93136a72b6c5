package io.keepalive.spring.boot;

import io.keepalive.netty.ChannelKeeper;

/** Keeps channels of clients on Netty. */
final class NettyChannels {
    private NettyChannels() {}

    /** A keeper that reports to the client's own counters. */
    static ChannelKeeper keeper(ClientKeeper client) {
        return ChannelKeeper.of(client.policy())
                .precedence(client.precedence())
                .onReport((channel, report) -> client.record(report));
    }
}
