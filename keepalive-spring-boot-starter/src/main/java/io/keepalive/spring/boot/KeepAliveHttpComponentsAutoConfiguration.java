package io.keepalive.spring.boot;

import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.reactive.HttpComponentsClientHttpConnectorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import reactor.core.publisher.Mono;

/**
 * Keeps RestClient and RestTemplate on Apache HttpClient 5, by its socket configuration, and WebClient on it, by a
 * listener behind the application's.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({HttpClients.class, ClientHttpRequestFactoryBuilderCustomizer.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveHttpComponentsAutoConfiguration {
    /** After the customizers of the application, so that it sees what they set. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder>
            keepAliveHttpComponentsCustomizer(KeepAliveClients clients) {
        return builder -> clients.keeper(KeptClient.HTTP_COMPONENTS)
                .map(keeper -> {
                    keeper.kept("RestClient and RestTemplate");
                    return builder.withSocketConfigCustomizer(config -> HttpComponentsSockets.keep(config, keeper));
                })
                .orElse(builder);
    }

    /** WebClient, where the application has what it needs. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Mono.class, ClientHttpConnectorBuilderCustomizer.class})
    static class Reactive {
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        static ClientHttpConnectorBuilderCustomizer<HttpComponentsClientHttpConnectorBuilder>
                keepAliveHttpComponentsConnectorCustomizer(KeepAliveClients clients) {
            return builder -> clients.keeper(KeptClient.HTTP_COMPONENTS)
                    .map(keeper -> builder.withHttpClientCustomizer(
                            client -> HttpComponentsSessions.keep(client, keeper, "WebClient")))
                    .orElse(builder);
        }
    }
}
