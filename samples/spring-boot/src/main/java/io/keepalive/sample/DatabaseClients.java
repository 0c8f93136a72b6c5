package io.keepalive.sample;

import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pools of HikariCP. */
@Configuration(proxyBeanMethods = false)
class DatabaseClients {
    @Bean
    @ConditionalOnProperty("sample.postgres")
    HikariDataSource postgresPool(@Value("${sample.postgres}") String url) {
        return pool(url);
    }

    @Bean
    @ConditionalOnProperty("sample.postgres")
    Client postgres(HikariDataSource postgresPool) {
        return client("HikariCP, pgjdbc", postgresPool);
    }

    @Bean(defaultCandidate = false)
    @ConditionalOnProperty("sample.mariadb")
    HikariDataSource mariaDbPool(@Value("${sample.mariadb}") String url) {
        return pool(url);
    }

    @Bean
    @ConditionalOnProperty("sample.mariadb")
    Client mariaDb(@Qualifier("mariaDbPool") HikariDataSource mariaDbPool) {
        return client("HikariCP, MariaDB", mariaDbPool);
    }

    @Bean(defaultCandidate = false)
    @ConditionalOnProperty("sample.mysql")
    HikariDataSource mysqlPool(@Value("${sample.mysql}") String url) {
        return pool(url);
    }

    @Bean
    @ConditionalOnProperty("sample.mysql")
    Client mysql(@Qualifier("mysqlPool") HikariDataSource mysqlPool) {
        return client("HikariCP, MySQL Connector/J", mysqlPool);
    }

    @Bean(defaultCandidate = false)
    @ConditionalOnProperty("sample.sqlserver")
    HikariDataSource sqlServerPool(@Value("${sample.sqlserver}") String url) {
        return pool(url);
    }

    @Bean
    @ConditionalOnProperty("sample.sqlserver")
    Client sqlServer(@Qualifier("sqlServerPool") HikariDataSource sqlServerPool) {
        return client("HikariCP, SQL Server", sqlServerPool);
    }

    private static HikariDataSource pool(String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername("test");
        pool.setMaximumPoolSize(1);
        return pool;
    }

    private static Client client(String name, HikariDataSource pool) {
        String url = pool.getJdbcUrl();
        int properties = url.indexOf(';'); // SQL Server's are no part of a URI
        int end = properties < 0 ? url.length() : properties;
        int port = URI.create(url.substring("jdbc:".length(), end)).getPort();
        return new Client(name, port, () -> query(pool));
    }

    private static void query(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                ResultSet result = connection.createStatement().executeQuery("select 7")) {
            result.next();
        }
    }
}
