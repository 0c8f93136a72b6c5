package io.keepalive.spring.boot;

import org.eclipse.jetty.client.HttpClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.reactive.JettyClientHttpConnectorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/**
 * Keeps RestClient, RestTemplate and WebClient on Jetty's client, by a listener of its connector.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({HttpClient.class, ClientHttpRequestFactoryBuilderCustomizer.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveJettyClientAutoConfiguration {
    @Bean
    static ClientHttpRequestFactoryBuilderCustomizer<JettyClientHttpRequestFactoryBuilder>
            keepAliveJettyRequestFactoryCustomizer(KeepAliveClients clients) {
        return builder -> clients.keeper(KeptClient.JETTY_CLIENT)
                .map(keeper -> {
                    keeper.kept("RestClient and RestTemplate");
                    return builder.withClientConnectorCustomizerCustomizer(
                            connector -> connector.addEventListener(new JettyClientConnections(keeper)));
                })
                .orElse(builder);
    }

    /** WebClient, where the application has what it needs. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Mono.class, ClientHttpConnectorBuilderCustomizer.class})
    static class Reactive {
        @Bean
        static ClientHttpConnectorBuilderCustomizer<JettyClientHttpConnectorBuilder> keepAliveJettyConnectorCustomizer(
                KeepAliveClients clients) {
            return builder -> clients.keeper(KeptClient.JETTY_CLIENT)
                    .map(keeper -> {
                        keeper.kept("WebClient");
                        return builder.withClientConnectorCustomizerCustomizer(
                                connector -> connector.addEventListener(new JettyClientConnections(keeper)));
                    })
                    .orElse(builder);
        }
    }
}
