package io.keepalive.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Keeps the connections that the embedded Reactor Netty accepts.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass(NettyReactiveWebServerFactory.class)
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveReactorServerAutoConfiguration {
    @Bean
    static WebServerFactoryCustomizer<NettyReactiveWebServerFactory> keepAliveReactorServerCustomizer(
            KeepAliveClients clients) {
        return factory -> clients.keeper(KeptClient.REACTOR_SERVER).ifPresent(keeper -> {
            factory.addServerCustomizers(server -> server.doOnChannelInit(ReactorChannels.configurer(keeper)));
            keeper.kept("accepted connections");
        });
    }
}
