package io.keepalive.spring.boot;

import org.eclipse.jetty.server.Server;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Keeps the connections that the embedded Jetty accepts.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({Server.class, ConfigurableJettyWebServerFactory.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveJettyAutoConfiguration {
    @Bean
    static WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> keepAliveJettyCustomizer(
            KeepAliveClients clients) {
        return factory -> clients.keeper(KeptClient.JETTY)
                .ifPresent(keeper -> factory.addServerCustomizers(server -> JettyConnections.keep(server, keeper)));
    }
}
