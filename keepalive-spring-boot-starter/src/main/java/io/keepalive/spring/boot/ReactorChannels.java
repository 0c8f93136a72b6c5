package io.keepalive.spring.boot;

import io.keepalive.netty.ChannelKeeper;
import reactor.netty.ChannelPipelineConfigurer;

/** Keeps channels of Reactor Netty when they are initialized: after their options are set, before they connect. */
final class ReactorChannels {
    private ReactorChannels() {}

    @SuppressWarnings("FutureReturnValueIgnored") // the keeper reports to the client's own counters
    static ChannelPipelineConfigurer configurer(ClientKeeper client) {
        ChannelKeeper keeper = NettyChannels.keeper(client);
        return (observer, channel, remote) -> keeper.keep(channel);
    }
}
