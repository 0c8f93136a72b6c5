package io.keepalive.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.context.annotation.Bean;
import reactor.netty.http.client.HttpClient;

/**
 * Keeps WebClient, RestClient and RestTemplate on Reactor Netty.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({HttpClient.class, ClientHttpConnectorBuilderCustomizer.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveReactorClientAutoConfiguration {
    @Bean
    static ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> keepAliveReactorConnectorCustomizer(
            KeepAliveClients clients) {
        return builder -> clients.keeper(KeptClient.REACTOR_CLIENT)
                .map(keeper -> {
                    keeper.kept("WebClient");
                    return builder.withHttpClientCustomizer(client -> keep(client, keeper));
                })
                .orElse(builder);
    }

    @Bean
    static ClientHttpRequestFactoryBuilderCustomizer<ReactorClientHttpRequestFactoryBuilder>
            keepAliveReactorRequestFactoryCustomizer(KeepAliveClients clients) {
        return builder -> clients.keeper(KeptClient.REACTOR_CLIENT)
                .map(keeper -> {
                    keeper.kept("RestClient and RestTemplate");
                    return builder.withHttpClientCustomizer(client -> keep(client, keeper));
                })
                .orElse(builder);
    }

    private static HttpClient keep(HttpClient client, ClientKeeper keeper) {
        return client.doOnChannelInit(ReactorChannels.configurer(keeper));
    }
}
