package io.keepalive.spring.boot;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ConnectionFactory.NettyConfiguration;
import io.keepalive.netty.ChannelKeeper;
import io.netty.channel.Channel;
import java.util.Objects;
import java.util.function.Consumer;

/** RabbitMQ's client on Netty: a channel customizer behind the application's, before the channel connects. */
final class RabbitNetty {
    private RabbitNetty() {}

    @SuppressWarnings("FutureReturnValueIgnored") // the keeper reports to the client's own counters
    static void keep(ConnectionFactory factory, ClientKeeper keeper) {
        ChannelKeeper channels = NettyChannels.keeper(keeper);
        try {
            NettyConfiguration netty = factory.netty();
            Consumer<Channel> own = customizer(netty);
            netty.channelCustomizer(channel -> {
                own.accept(channel);
                channels.keep(channel);
            });
            keeper.kept("connections (Netty)");
        } catch (ReflectiveOperationException e) {
            keeper.left(HiddenSetting.unreadable("connections (Netty)", e));
        }
    }

    @SuppressWarnings("unchecked") // the parameter of channelCustomizer
    private static Consumer<Channel> customizer(NettyConfiguration netty) throws ReflectiveOperationException {
        return (Consumer<Channel>)
                Objects.requireNonNull(HiddenSetting.of(NettyConfiguration.class, netty, "channelCustomizer"));
    }
}
