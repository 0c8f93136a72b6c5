package io.keepalive.spring.boot;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Keeps RabbitMQ's connections, with blocking sockets, NIO and Netty, by a configurator behind the application's.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({ConnectionFactory.class, ConnectionFactoryCustomizer.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveRabbitAutoConfiguration {
    /** After the customizers of the application, so that it sees what they set. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static ConnectionFactoryCustomizer keepAliveRabbitCustomizer(KeepAliveClients clients) {
        return factory -> clients.keeper(KeptClient.RABBIT).ifPresent(keeper -> keep(factory, keeper));
    }

    @SuppressWarnings("deprecation") // NIO still works, until the driver drops it
    private static void keep(ConnectionFactory factory, ClientKeeper keeper) {
        @Nullable SocketConfigurator blocking = factory.getSocketConfigurator();
        SocketConfigurator keep = keeper::keep;
        factory.setSocketConfigurator(blocking == null ? keep : blocking.andThen(keep));
        if (usesNetty(factory)) {
            RabbitNetty.keep(factory, keeper);
            return;
        }
        var nio = factory.getNioParams().getSocketChannelConfigurator();
        factory.getNioParams().setSocketChannelConfigurator(nio == null ? keeper::keep : nio.andThen(keeper::keep));
        keeper.kept("connections");
    }

    /** {@code ConnectionFactory.netty()} is no getter: it chooses Netty. */
    private static boolean usesNetty(ConnectionFactory factory) {
        try {
            return Boolean.TRUE.equals(HiddenSetting.of(ConnectionFactory.class, factory, "netty"));
        } catch (ReflectiveOperationException e) {
            return false; // a version from before Netty
        }
    }
}
