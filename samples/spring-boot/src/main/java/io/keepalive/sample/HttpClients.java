package io.keepalive.sample;

import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import java.net.URI;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** Clients of a web server; to Elasticsearch's low-level client it is as good as Elasticsearch. */
@Configuration(proxyBeanMethods = false)
class HttpClients {
    @Bean
    @ConditionalOnProperty("sample.rest-client")
    Client restClient(@Value("${sample.rest-client}") URI uri, RestClient.Builder builder) {
        RestClient client = builder.build();
        return new Client(
                "RestClient, Apache HttpClient",
                uri.getPort(),
                () -> client.get().uri(uri).retrieve().body(String.class));
    }

    /** As Spring Boot makes it with {@code spring.http.clients.imperative.factory=jetty}, but for Jetty's end after 30 s. */
    @Bean
    @ConditionalOnProperty("sample.jetty-client")
    Client jettyClient(
            @Value("${sample.jetty-client}") URI uri,
            ObjectProvider<ClientHttpRequestFactoryBuilderCustomizer<JettyClientHttpRequestFactoryBuilder>>
                    customizers) {
        JettyClientHttpRequestFactoryBuilder factory = ClientHttpRequestFactoryBuilder.jetty()
                .withClientConnectorCustomizerCustomizer(connector -> connector.setIdleTimeout(Duration.ofHours(1)));
        for (var customizer : customizers.orderedStream().toList()) {
            factory = customizer.customize(factory);
        }
        RestClient client = RestClient.builder().requestFactory(factory.build()).build();
        return new Client(
                "RestClient, Jetty client",
                uri.getPort(),
                () -> client.get().uri(uri).retrieve().body(String.class));
    }

    @Bean
    @ConditionalOnProperty("sample.web-client")
    Client webClient(@Value("${sample.web-client}") URI uri, WebClient.Builder builder) {
        WebClient client = builder.build();
        return new Client(
                "WebClient, Reactor Netty",
                uri.getPort(),
                () -> client.get().uri(uri).retrieve().bodyToMono(String.class).block(Duration.ofSeconds(60)));
    }

    @Bean
    @ConditionalOnProperty("spring.elasticsearch.uris")
    Client elasticsearch(@Value("${spring.elasticsearch.uris}") URI uri, Rest5Client client) {
        return new Client(
                "Elasticsearch REST client", uri.getPort(), () -> client.performRequest(new Request("GET", "/")));
    }
}
