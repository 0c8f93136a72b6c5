package io.keepalive.spring.boot;

import com.mongodb.MongoClientSettings;
import com.mongodb.connection.NettyTransportSettings;
import io.netty.channel.EventLoopGroup;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Keeps MongoDB's drivers on their Netty transport, by the event loops that they get: the reactive driver, to which Spring
 * Boot gives Netty, and the synchronous one if the application does so.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({NettyTransportSettings.class, MongoClientSettingsBuilderCustomizer.class, EventLoopGroup.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveMongoAutoConfiguration {
    /** After the customizers of the application and of Spring Boot, so that it sees what they set. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static MongoClientSettingsBuilderCustomizer keepAliveMongoCustomizer(KeepAliveClients clients) {
        return settings -> clients.keeper(KeptClient.MONGODB).ifPresent(keeper -> keep(settings, keeper));
    }

    private static void keep(MongoClientSettings.Builder settings, ClientKeeper keeper) {
        // Without Netty the driver opens its sockets itself: UnreachedClient names it.
        if (settings.build().getTransportSettings() instanceof NettyTransportSettings transport) {
            EventLoopGroup group = transport.getEventLoopGroup();
            if (group == null) {
                keeper.left("the Netty transport has no event loop group of its own (what to do:"
                        + " TransportSettings.nettyBuilder().eventLoopGroup(...))");
            } else {
                settings.transportSettings(MongoTransport.keep(transport, group, keeper));
                keeper.kept("connections (Netty)");
            }
        }
    }
}
