package io.keepalive.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.JedisClientConfigurationBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.connection.jedis.JedisClientBuilderCustomizer;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration.JedisClientConfigurationBuilder;
import redis.clients.jedis.builders.StandaloneClientBuilder;

/**
 * Keeps Jedis, by the connections of its pool.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class, before = DataRedisAutoConfiguration.class)
@ConditionalOnClass({
    StandaloneClientBuilder.class,
    JedisClientBuilderCustomizer.class,
    JedisClientConfigurationBuilderCustomizer.class
})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveJedisAutoConfiguration {
    /** After the customizers of the application, so that it sees what they set. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static JedisClientConfigurationBuilderCustomizer keepAliveJedisCustomizer(KeepAliveClients clients) {
        return builder -> clients.keeper(KeptClient.JEDIS).ifPresent(keeper -> keep(builder, keeper));
    }

    private static void keep(JedisClientConfigurationBuilder builder, ClientKeeper keeper) {
        // The builder holds one customizer, and the application's stays the first.
        JedisClientBuilderCustomizer own = builder.build().getClientCustomizer().orElse(client -> {});
        builder.customizeClient(client -> {
            own.customize(client);
            JedisPools.keep(client, keeper);
        });
    }
}
