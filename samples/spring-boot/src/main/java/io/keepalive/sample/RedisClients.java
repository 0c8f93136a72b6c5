package io.keepalive.sample;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.redis.autoconfigure.JedisClientConfigurationBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Lettuce, which Spring Boot sets up, and Jedis beside it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("spring.data.redis.port")
class RedisClients {
    @Bean
    Client lettuce(@Value("${spring.data.redis.port}") int port, LettuceConnectionFactory factory) {
        return new Client("Lettuce", port, () -> ping(factory));
    }

    /** As Spring Boot makes it with {@code spring.data.redis.client-type=jedis}. */
    @Bean(defaultCandidate = false)
    @ConditionalOnProperty("sample.jedis-port")
    JedisConnectionFactory jedisFactory(
            @Value("${spring.data.redis.host}") String host,
            @Value("${sample.jedis-port}") int port,
            ObjectProvider<JedisClientConfigurationBuilderCustomizer> customizers) {
        var client = JedisClientConfiguration.builder();
        customizers.orderedStream().forEach(customizer -> customizer.customize(client));
        return new JedisConnectionFactory(new RedisStandaloneConfiguration(host, port), client.build());
    }

    @Bean
    @ConditionalOnProperty("sample.jedis-port")
    Client jedis(
            @Value("${sample.jedis-port}") int port, @Qualifier("jedisFactory") JedisConnectionFactory jedisFactory) {
        return new Client("Jedis", port, () -> ping(jedisFactory));
    }

    private static void ping(RedisConnectionFactory factory) {
        try (RedisConnection connection = factory.getConnection()) {
            connection.ping();
        }
    }
}
