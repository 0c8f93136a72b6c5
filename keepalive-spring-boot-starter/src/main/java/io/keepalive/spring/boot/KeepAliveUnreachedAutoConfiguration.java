package io.keepalive.spring.boot;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

/**
 * Names the clients of the application that have no hook.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveUnreachedAutoConfiguration {
    @Bean
    static SmartInitializingSingleton keepAliveUnreachedClients(ListableBeanFactory beans, KeepAliveClients clients) {
        return () -> UnreachedClient.findAll(beans, clients);
    }
}
