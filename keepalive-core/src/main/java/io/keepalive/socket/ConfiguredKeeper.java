package io.keepalive.socket;

import io.keepalive.KeepAlive;
import org.jspecify.annotations.Nullable;

/** The keeper of a factory that a configuration names by its class. */
final class ConfiguredKeeper {
    static final String PROPERTY = "keepalive.policy";
    static final String VARIABLE = "KEEPALIVE_POLICY";

    private ConfiguredKeeper() {}

    /**
     * Reads the policy from the factory's argument, or else from the system property, or else from the environment
     * variable, or else takes the defaults. The precedence is that of the tools, since a configuration that names a factory
     * can't change the program; for the same reason failures are logged, each kind once.
     *
     * @param factory the class whose argument the text is, for the message
     */
    static SocketKeeper of(Class<?> factory, @Nullable String argument) {
        StatisticsBean.registerIfAsked();
        return SocketKeeper.of(policy(factory, argument, System.getProperty(PROPERTY), System.getenv(VARIABLE)))
                .precedence(Precedence.TIGHTEN)
                .onReport(FactoryLog.OF_JVM::report);
    }

    static KeepAlive policy(
            Class<?> factory, @Nullable String argument, @Nullable String property, @Nullable String variable) {
        if (argument != null) {
            return parse("argument of " + factory.getSimpleName(), argument);
        }
        if (property != null) {
            return parse("system property " + PROPERTY, property);
        }
        return variable != null ? parse("environment variable " + VARIABLE, variable) : KeepAlive.defaults();
    }

    private static KeepAlive parse(String origin, String text) {
        try {
            return KeepAlive.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
        }
    }
}
