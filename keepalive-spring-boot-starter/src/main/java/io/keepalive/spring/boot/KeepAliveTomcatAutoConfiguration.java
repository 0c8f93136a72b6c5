package io.keepalive.spring.boot;

import org.apache.catalina.startup.Tomcat;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Keeps the connections that the embedded Tomcat accepts.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({Tomcat.class, TomcatWebServerFactory.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveTomcatAutoConfiguration {
    @Bean
    static WebServerFactoryCustomizer<TomcatWebServerFactory> keepAliveTomcatCustomizer(KeepAliveClients clients) {
        return factory -> clients.keeper(KeptClient.TOMCAT).ifPresent(keeper -> keep(factory, keeper));
    }

    private static void keep(TomcatWebServerFactory factory, ClientKeeper keeper) {
        if (!factory.getProtocol().equals(TomcatWebServerFactory.DEFAULT_PROTOCOL)) {
            keeper.left("the connector has the protocol " + factory.getProtocol() + " (expected: "
                    + TomcatWebServerFactory.DEFAULT_PROTOCOL + ")");
            return;
        }
        factory.setProtocol(KeptHttp11NioProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            if (connector.getProtocolHandler() instanceof KeptHttp11NioProtocol protocol) {
                protocol.keep(keeper);
                keeper.kept("accepted connections");
            } else {
                keeper.left("the connector has another protocol: "
                        + connector.getProtocolHandler().getClass().getName());
            }
        });
    }
}
