package io.keepalive.spring.boot;

import co.elastic.clients.transport.rest5_client.low_level.Rest5ClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.elasticsearch.autoconfigure.Rest5ClientBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Keeps Elasticsearch's REST client, which is Apache HttpClient 5's asynchronous one.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass({Rest5ClientBuilder.class, Rest5ClientBuilderCustomizer.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveElasticsearchAutoConfiguration {
    /** After the customizers of the application, so that it sees what they set. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static Rest5ClientBuilderCustomizer keepAliveElasticsearchCustomizer(KeepAliveClients clients) {
        return new Rest5ClientBuilderCustomizer() {
            @Override
            public void customize(Rest5ClientBuilder builder) {}

            @Override
            public void customize(HttpAsyncClientBuilder client) {
                clients.keeper(KeptClient.ELASTICSEARCH)
                        .ifPresent(keeper -> HttpComponentsSessions.keep(client, keeper, "REST client"));
            }
        };
    }
}
