package io.keepalive.sample;

import com.mongodb.reactivestreams.client.MongoClient;
import java.net.URI;
import java.time.Duration;
import org.bson.Document;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Mono;

/** MongoDB's reactive driver, as Spring Boot sets it up; without the property it would connect to a server on this host. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("spring.mongodb.uri")
@Import(MongoReactiveAutoConfiguration.class)
class MongoDbClient {
    @Bean
    Client mongoDb(@Value("${spring.mongodb.uri}") URI uri, MongoClient client) {
        return new Client(
                "MongoDB, reactive",
                uri.getPort(),
                () -> Mono.from(client.getDatabase("admin").runCommand(new Document("ping", 1)))
                        .block(Duration.ofSeconds(60)));
    }
}
