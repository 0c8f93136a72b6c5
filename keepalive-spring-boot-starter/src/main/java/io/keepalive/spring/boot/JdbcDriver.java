package io.keepalive.spring.boot;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JDBC driver and the properties by which it takes a policy. */
enum JdbcDriver {
    POSTGRESQL("jdbc:postgresql:", "socketFactory") {
        @Override
        void keep(ClientKeeper keeper, Properties properties, Function<ClientKeeper, String> register) {
            properties.setProperty("socketFactory", RegisteredSocketFactory.class.getName());
            properties.setProperty("socketFactoryArg", register.apply(keeper));
        }
    },

    /** Takes a factory by name, too, but has no place for its argument. */
    MARIADB("jdbc:mariadb:", "tcpKeepIdle", "tcpKeepInterval", "tcpKeepCount") {
        @Override
        void keep(ClientKeeper keeper, Properties properties, Function<ClientKeeper, String> register) {
            keeper.policy().idle().ifPresent(idle -> properties.setProperty("tcpKeepIdle", seconds(idle)));
            keeper.policy().interval().ifPresent(time -> properties.setProperty("tcpKeepInterval", seconds(time)));
            keeper.policy().count().ifPresent(count -> properties.setProperty("tcpKeepCount", Integer.toString(count)));
            properties.setProperty("tcpKeepAlive", "true");
            keeper.policy()
                    .userTimeout()
                    .ifPresent(timeout -> keeper.left("the user timeout, which MariaDB's driver has no property for"));
        }
    },

    MYSQL("jdbc:mysql:", "socketFactory") {
        @Override
        void keep(ClientKeeper keeper, Properties properties, Function<ClientKeeper, String> register) {
            properties.setProperty("socketFactory", "io.keepalive.spring.boot.MysqlSocketFactory");
            properties.setProperty(MYSQL_KEEPER, register.apply(keeper));
        }
    },

    SQLSERVER("jdbc:sqlserver:", "socketFactoryClass") {
        @Override
        void keep(ClientKeeper keeper, Properties properties, Function<ClientKeeper, String> register) {
            properties.setProperty("socketFactoryClass", RegisteredSocketFactory.class.getName());
            properties.setProperty("socketFactoryConstructorArg", register.apply(keeper));
        }
    };

    /** A property of ours; the driver hands all of them to its socket factory. */
    static final String MYSQL_KEEPER = "keepaliveKeeper";

    private final String prefix;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> properties;

    JdbcDriver(String prefix, String... properties) {
        this.prefix = prefix;
        this.properties = List.of(properties);
    }

    /** Sets the properties of the driver. */
    abstract void keep(ClientKeeper keeper, Properties properties, Function<ClientKeeper, String> register);

    /** The driver of a URL; null if there is no hook for it. */
    static @Nullable JdbcDriver of(String url) {
        for (JdbcDriver driver : values()) {
            if (url.startsWith(driver.prefix)) {
                return driver;
            }
        }
        return null;
    }

    /** Whether a URL names a database that needs no connection. */
    static boolean isInProcess(String url) {
        return url.startsWith("jdbc:h2:mem:")
                || url.startsWith("jdbc:h2:file:")
                || url.startsWith("jdbc:hsqldb:mem:")
                || url.startsWith("jdbc:hsqldb:file:")
                || url.startsWith("jdbc:derby:")
                || url.startsWith("jdbc:sqlite:");
    }

    /** The part of a URL that names the driver, and no secret. */
    static String scheme(String url) {
        int end = url.indexOf(':', "jdbc:".length());
        return end < 0 ? "jdbc:" : url.substring(0, end + 1);
    }

    /** A setting of the application that this hook would replace; null if there is none. */
    @Nullable
    String settingOfApplication(String url, Properties pool) {
        for (String property : properties) {
            String value = value(property, url, pool);
            if (value != null) {
                return property + "=" + value;
            }
        }
        return null;
    }

    /** The setting by which the application switched keepalive off; null if it did not. */
    @Nullable
    String switchedOff(String url, Properties pool) {
        String value = value("tcpKeepAlive", url, pool);
        return "false".equalsIgnoreCase(value) ? "tcpKeepAlive=false" : null;
    }

    /** Whether the hook sees sockets. One that only sets properties has nothing to report. */
    boolean isObservable() {
        return this != MARIADB;
    }

    private static @Nullable String value(String property, String url, Properties pool) {
        var matcher = Pattern.compile("[?&;]" + Pattern.quote(property) + "=([^&;]*)", Pattern.CASE_INSENSITIVE)
                .matcher(url);
        return matcher.find() ? matcher.group(1) : pool.getProperty(property);
    }

    String hook() {
        return String.join(", ", properties);
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.plusNanos(999_999_999).toSeconds());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
