package io.keepalive.sample;

import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import java.net.URI;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
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
