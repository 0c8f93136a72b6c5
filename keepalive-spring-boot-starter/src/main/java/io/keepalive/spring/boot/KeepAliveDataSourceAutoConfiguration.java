package io.keepalive.spring.boot;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Keeps the connections of HikariCP's pools, by the hook of the JDBC driver.
 *
 * @since 0.1
 */
@AutoConfiguration(after = KeepAliveAutoConfiguration.class)
@ConditionalOnClass(HikariDataSource.class)
@ConditionalOnBooleanProperty(name = "keepalive.enabled", matchIfMissing = true)
public final class KeepAliveDataSourceAutoConfiguration {
    @Bean
    static KeepAlivePools keepAlivePools(ObjectProvider<KeepAliveClients> clients) {
        return new KeepAlivePools(clients);
    }
}
