package io.keepalive.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * The policies. With {@code keepalive.enabled=false} this and all other configurations of the starter have no beans.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KeepAliveProperties.class)
public final class KeepAliveAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    static KeepAliveClients keepAliveClients(KeepAliveProperties properties) {
        return new KeepAliveClients(properties);
    }
}
