package io.keepalive.spring.boot;

import com.mongodb.connection.NettyTransportSettings;
import com.mongodb.connection.TransportSettings;
import io.netty.channel.EventLoopGroup;

/** The same transport with kept event loops: they have the threads of the original, whose owner ends them. */
final class MongoTransport {
    private MongoTransport() {}

    @SuppressWarnings("ConstantConditions") // the getters return null for what is not set
    static NettyTransportSettings keep(NettyTransportSettings transport, EventLoopGroup group, ClientKeeper keeper) {
        NettyTransportSettings.Builder kept = TransportSettings.nettyBuilder()
                .eventLoopGroup(NettyChannels.keeper(keeper).keep(group));
        if (transport.getSocketChannelClass() != null) {
            kept.socketChannelClass(transport.getSocketChannelClass());
        }
        if (transport.getAllocator() != null) {
            kept.allocator(transport.getAllocator());
        }
        if (transport.getSslContext() != null) {
            kept.sslContext(transport.getSslContext());
        }
        return kept.build();
    }
}
