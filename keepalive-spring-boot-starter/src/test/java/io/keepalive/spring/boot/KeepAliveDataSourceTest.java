package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.keepalive.testing.Ss;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** HikariCP with four drivers. */
class KeepAliveDataSourceTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(Starter.configurations(DataSourceAutoConfiguration.class)))
            .withPropertyValues("keepalive.policy=outliving=4m");

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://localhost:1/db, socketFactory, io.keepalive.spring.boot.RegisteredSocketFactory",
        "jdbc:mariadb://localhost:1/db, tcpKeepIdle, 120",
        "jdbc:mariadb://localhost:1/db, tcpKeepInterval, 30",
        "jdbc:mariadb://localhost:1/db, tcpKeepCount, 8",
        "jdbc:mysql://localhost:1/db, socketFactory, io.keepalive.spring.boot.MysqlSocketFactory",
        "jdbc:sqlserver://localhost:1, socketFactoryClass, io.keepalive.spring.boot.RegisteredSocketFactory",
    })
    void pool_knownDriver_getsItsProperty(String url, String property, String value) {
        runner.withPropertyValues("spring.datasource.url=" + url).run(context -> {
            assertThat(pool(context).getDataSourceProperties()).containsEntry(property, value);
            assertThat(state(context).kept()).hasSize(1);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://localhost:1/db?user=x&socketFactory=org.example.Mine",
        "jdbc:mariadb://localhost:1/db?tcpKeepIdle=7",
        "jdbc:mysql://localhost:1/db?socketFactory=org.example.Mine",
        "jdbc:sqlserver://localhost:1;socketFactoryClass=org.example.Mine",
    })
    void pool_settingInTheUrl_isLeftAloneAndReported(String url) {
        runner.withPropertyValues("spring.datasource.url=" + url).run(context -> {
            assertThat(pool(context).getDataSourceProperties()).isEmpty();
            assertThat(state(context).left()).singleElement().asString().contains("remove it");
        });
    }

    @Test
    void pool_settingInThePoolsProperties_isLeftAlone() {
        runner.withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://localhost:1/db",
                        "spring.datasource.hikari.data-source-properties.socketFactory=org.example.Mine")
                .run(context -> assertThat(pool(context).getDataSourceProperties())
                        .containsOnly(java.util.Map.entry("socketFactory", "org.example.Mine")));
    }

    @Test
    void pool_otherPropertiesOfTheApplication_stay() {
        runner.withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://localhost:1/db",
                        "spring.datasource.hikari.maximum-pool-size=3",
                        "spring.datasource.hikari.data-source-properties.ApplicationName=mine")
                .run(context -> {
                    assertThat(pool(context).getMaximumPoolSize()).isEqualTo(3);
                    assertThat(pool(context).getDataSourceProperties())
                            .containsEntry("ApplicationName", "mine")
                            .hasSize(3);
                });
    }

    @ParameterizedTest
    @CsvSource({"respect, false", "observe, false", "tighten, true", "enforce, true"})
    void pool_switchedOffInTheUrl_precedenceDecides(String precedence, boolean kept) {
        runner.withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://localhost:1/db?tcpKeepAlive=false",
                        "keepalive.precedence=" + precedence)
                .run(context -> assertThat(state(context).kept()).hasSize(kept ? 1 : 0));
    }

    @Test
    void pool_ofMariaDb_observed_isLeftAlone() {
        runner.withPropertyValues("spring.datasource.url=jdbc:mariadb://localhost:1/db", "keepalive.precedence=observe")
                .run(context -> {
                    assertThat(pool(context).getDataSourceProperties()).isEmpty();
                    assertThat(state(context).left()).singleElement().asString().contains("OBSERVE");
                });
    }

    @Test
    void pool_unknownDriver_isReportedWithoutItsSecrets() {
        runner.withPropertyValues(
                        "spring.datasource.url=jdbc:oracle:thin:scott/tiger@//localhost:1/x",
                        "spring.datasource.driver-class-name=org.postgresql.Driver")
                .run(context -> assertThat(state(context).left())
                        .singleElement()
                        .asString()
                        .contains("jdbc:oracle:", "Java agent")
                        .doesNotContain("tiger"));
    }

    /** The socket that the driver opened, read back through the factory. */
    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://localhost:%d/db, TCP_KEEPIDLE 120s APPLIED, 120",
        "jdbc:mysql://localhost:%d/db, TCP_KEEPIDLE 120s APPLIED, 120",
        // It sets 30 s and 1 s by itself, which is stricter and stays.
        "jdbc:sqlserver://localhost:%d;encrypt=false, TCP_KEEPIDLE 30s UNCHANGED, 30"
    })
    void connection_ofTheDriver_holdsThePolicy(String url, String idle, double seconds) throws Exception {
        try (Silent server = new Silent()) {
            withPool(url.formatted(server.port())).run(context -> {
                assertThatThrownBy(() -> pool(context).getConnection()).isInstanceOf(SQLException.class);
                // mssql-jdbc opens several sockets, one after the other, and sets its own times afterwards.
                await().ignoreExceptions().untilAsserted(() -> {
                    assertThat(state(context).sockets()).isPositive();
                    assertThat(state(context).failed()).isZero();
                    assertThat(state(context).last()).contains(idle, "TCP_KEEPCNT 8 APPLIED");
                    assertThat(Ss.secondsToProbe(Ss.timer(server.clientPort(), server.port())))
                            .isBetween(seconds * 0.8, seconds);
                });
                server.stop();
            });
        }
    }

    /** MariaDB's driver sets its own properties, so the kernel is the witness. */
    @Test
    void connection_ofMariaDb_holdsThePolicy() throws Exception {
        try (Silent server = new Silent()) {
            withPool("jdbc:mariadb://localhost:%d/db".formatted(server.port())).run(context -> {
                assertThatThrownBy(() -> pool(context).getConnection()).isInstanceOf(SQLException.class);
                await().until(server::hasClient);
                assertThat(Ss.secondsToProbe(Ss.timer(server.clientPort(), server.port())))
                        .isBetween(100.0, 120.0);
                server.stop();
            });
        }
    }

    private ApplicationContextRunner withPool(String url) {
        return runner.withPropertyValues(
                "spring.datasource.url=" + url,
                "spring.datasource.username=test",
                "spring.datasource.hikari.initialization-fail-timeout=-1",
                "spring.datasource.hikari.maximum-pool-size=1",
                "spring.datasource.hikari.connection-timeout="
                        + Duration.ofMillis(400).toMillis());
    }

    private static HikariDataSource pool(org.springframework.context.ApplicationContext context) {
        return context.getBean(HikariDataSource.class);
    }

    private static ClientState state(org.springframework.context.ApplicationContext context) {
        return Starter.state(context, "datasource");
    }
}
