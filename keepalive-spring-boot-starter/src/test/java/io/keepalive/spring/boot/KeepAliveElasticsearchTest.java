package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.Response;
import co.elastic.clients.transport.rest5_client.low_level.ResponseListener;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import co.elastic.clients.transport.rest5_client.low_level.Rest5ClientBuilder;
import io.keepalive.testing.Ss;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchRestClientAutoConfiguration;
import org.springframework.boot.elasticsearch.autoconfigure.Rest5ClientBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Elasticsearch's client against a server that never answers. */
class KeepAliveElasticsearchTest {
    @Test
    void connection_holdsThePolicy_andTheApplicationsListener() throws Exception {
        try (Silent server = new Silent()) {
            runner(server).withUserConfiguration(Own.class).run(context -> {
                request(context);
                await().until(server::hasClient);

                await().untilAsserted(() -> assertThat(toProbe(server)).isBetween(100.0, 120.0));
                assertThat(Starter.state(context, "elasticsearch").last()).contains("TCP_KEEPIDLE 120s");
                assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
                server.stop();
            });
        }
    }

    private static ApplicationContextRunner runner(Silent server) {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(Starter.configurations(ElasticsearchRestClientAutoConfiguration.class)))
                .withPropertyValues(
                        "spring.elasticsearch.uris=http://localhost:" + server.port(), "keepalive.policy=outliving=4m");
    }

    static void request(ApplicationContext context) {
        context.getBean(Rest5Client.class).performRequestAsync(new Request("GET", "/"), new ResponseListener() {
            @Override
            public void onSuccess(Response response) {}

            @Override
            public void onFailure(Exception exception) {
                // The server goes away without an answer.
            }
        });
    }

    private static double toProbe(Silent server) throws Exception {
        return Ss.secondsToProbe(Ss.timer(server.clientPort(), server.port()));
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        AtomicInteger calls() {
            return new AtomicInteger();
        }

        @Bean
        Rest5ClientBuilderCustomizer own(AtomicInteger calls) {
            return new Rest5ClientBuilderCustomizer() {
                @Override
                public void customize(Rest5ClientBuilder builder) {}

                @Override
                public void customize(HttpAsyncClientBuilder client) {
                    client.setIOSessionListener(new CountingSessions(calls));
                }
            };
        }
    }
}
