package io.keepalive.socket;

import io.keepalive.KeepAlive;
import org.jspecify.annotations.Nullable;

/** The keeper of a factory that a configuration names by its class. */
final class ConfiguredKeeper {
    static final String PROPERTY = "keepalive.policy";

    private ConfiguredKeeper() {}

    /**
     * Reads the policy from the factory's argument, or else from the system property, or else takes the defaults. The
     * precedence is that of the tools, since a configuration that names a factory can't change the program.
     *
     * @param factory the class whose argument the text is, for the message
     */
    static SocketKeeper of(Class<?> factory, @Nullable String argument) {
        return SocketKeeper.of(policy(factory, argument)).precedence(Precedence.TIGHTEN);
    }

    private static KeepAlive policy(Class<?> factory, @Nullable String argument) {
        if (argument != null) {
            return parse("argument of " + factory.getSimpleName(), argument);
        }
        String property = System.getProperty(PROPERTY);
        return property == null ? KeepAlive.defaults() : parse("system property " + PROPERTY, property);
    }

    private static KeepAlive parse(String origin, String text) {
        try {
            return KeepAlive.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
        }
    }
}
