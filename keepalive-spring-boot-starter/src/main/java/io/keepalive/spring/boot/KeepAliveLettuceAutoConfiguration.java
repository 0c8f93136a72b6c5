package io.keepalive.spring.boot;

import io.lettuce.core.RedisClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Keeps Lettuce, by its client options.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class, before = DataRedisAutoConfiguration.class)
@ConditionalOnClass({RedisClient.class, LettuceClientOptionsBuilderCustomizer.class})
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveLettuceAutoConfiguration {
    /** After the customizers of the application, so that it sees what they set. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static LettuceClientOptionsBuilderCustomizer keepAliveLettuceCustomizer(KeepAliveClients clients) {
        return options -> clients.keeper(KeptClient.LETTUCE).ifPresent(keeper -> LettuceOptions.keep(options, keeper));
    }
}
