package io.keepalive.spring.boot;

import io.keepalive.micrometer.KeepAliveMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * The meters of {@link KeepAliveMetrics}, which Spring Boot binds to each registry.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    static KeepAliveMetrics keepAliveMetrics() {
        return new KeepAliveMetrics();
    }
}
