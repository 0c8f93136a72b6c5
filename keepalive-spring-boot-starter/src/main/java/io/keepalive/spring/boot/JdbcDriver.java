package io.keepalive.spring.boot;

import io.keepalive.KeepAlive;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JDBC driver and the properties by which it takes a policy. */
enum JdbcDriver {
    POSTGRESQL("jdbc:postgresql:", "socketFactory"),

    /** Takes a factory by name, too, but has no place for its argument. */
    MARIADB("jdbc:mariadb:", "tcpKeepIdle", "tcpKeepInterval", "tcpKeepCount"),

    MYSQL("jdbc:mysql:", "socketFactory"),

    SQLSERVER("jdbc:sqlserver:", "socketFactoryClass");

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
    void keep(ClientKeeper keeper, Properties properties, Function<ClientKeeper, String> register) {
        switch (this) {
            case POSTGRESQL -> {
                properties.setProperty("socketFactory", RegisteredSocketFactory.class.getName());
                properties.setProperty("socketFactoryArg", register.apply(keeper));
            }
            case MARIADB -> keepMariaDb(keeper, properties);
            case MYSQL -> {
                properties.setProperty("socketFactory", "io.keepalive.spring.boot.MysqlSocketFactory");
                properties.setProperty(MYSQL_KEEPER, register.apply(keeper));
            }
            case SQLSERVER -> {
                properties.setProperty("socketFactoryClass", RegisteredSocketFactory.class.getName());
                properties.setProperty("socketFactoryConstructorArg", register.apply(keeper));
            }
        }
    }

    private static void keepMariaDb(ClientKeeper keeper, Properties properties) {
        KeepAlive policy = keeper.policy();
        if (policy.idle().isPresent()) {
            properties.setProperty("tcpKeepIdle", seconds(policy.idle().get()));
        }
        if (policy.interval().isPresent()) {
            properties.setProperty("tcpKeepInterval", seconds(policy.interval().get()));
        }
        if (policy.count().isPresent()) {
            properties.setProperty(
                    "tcpKeepCount", Integer.toString(policy.count().getAsInt()));
        }
        properties.setProperty("tcpKeepAlive", "true");
        if (policy.userTimeout().isPresent()) {
            keeper.left("the user timeout, which MariaDB's driver has no property for");
        }
    }

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
