package io.keepalive.socket;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Properties;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Another factory as a configuration names it.
 *
 * @param origin where the name stands, for messages
 * @param className the class of the factory
 * @param argument what its constructor gets; null for nothing
 */
record NamedSocketFactory(
        String origin, String className, @Nullable String argument) {
    private static final String OVER = "over ";
    private static final String ARGUMENT = "argument of KeepAliveWrappingSocketFactory";
    private static final String EXPECTED = " (expected: the name of a class that extends javax.net.SocketFactory)";

    /** The factory of a text {@code policy over class(argument)}. */
    static NamedSocketFactory ofArgument(String text) {
        int over = overIn(text);
        if (over < 0) {
            throw new IllegalArgumentException(ARGUMENT + ": '" + text
                    + "' (expected: POLICY over CLASS, such as outliving=4m over com.example.TunnelSocketFactory)");
        }
        return parse(ARGUMENT, text.substring(over + OVER.length()));
    }

    /** The policy in front of it; null if there is none. */
    static @Nullable String policyOf(String text) {
        int over = overIn(text);
        String policy = over < 0 ? "" : text.substring(0, over).trim();
        return policy.isEmpty() ? null : policy;
    }

    private static int overIn(String text) {
        if (text.startsWith(OVER)) {
            return 0;
        }
        int found = text.indexOf(" " + OVER);
        return found < 0 ? -1 : found + 1;
    }

    /** The factory of a driver's properties, or else of the system. */
    static NamedSocketFactory ofProperties(Properties properties) {
        String name = properties.getProperty("keepaliveFactory");
        return name == null
                ? ofSystem()
                : new NamedSocketFactory(
                        "property keepaliveFactory", name.trim(), properties.getProperty("keepaliveFactoryArg"));
    }

    /** The factory of the system property, or else of the environment variable. */
    static NamedSocketFactory ofSystem() {
        String property = System.getProperty("keepalive.factory");
        if (property != null) {
            return parse("system property keepalive.factory", property);
        }
        String variable = System.getenv("KEEPALIVE_FACTORY");
        if (variable != null) {
            return parse("environment variable KEEPALIVE_FACTORY", variable);
        }
        throw new IllegalArgumentException(
                "keepalive.factory: none (expected: the class of the factory whose sockets are to"
                        + " be kept, as a system property, as environment variable KEEPALIVE_FACTORY, or as property"
                        + " keepaliveFactory of a driver that hands over its properties)");
    }

    private static NamedSocketFactory parse(String origin, String text) {
        String name = text.trim();
        int open = name.indexOf('(');
        return open > 0 && name.endsWith(")")
                ? new NamedSocketFactory(
                        origin, name.substring(0, open).trim(), name.substring(open + 1, name.length() - 1))
                : new NamedSocketFactory(origin, name, null);
    }

    /**
     * Makes it.
     *
     * @param properties what it gets if it takes properties; null for none
     * @throws IllegalArgumentException if it can't be made
     */
    SocketFactory create(@Nullable Properties properties) {
        try {
            Class<?> type = load();
            Object made = instantiate(type, properties);
            if (made instanceof SocketFactory factory) {
                return factory;
            }
            throw new IllegalArgumentException(this + ": " + type.getName() + " is none" + EXPECTED);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(this + ": " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(this + ": " + e + EXPECTED, e);
        }
    }

    private Class<?> load() throws ClassNotFoundException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null) {
            try {
                return Class.forName(className, true, context);
            } catch (ClassNotFoundException e) {
                // The loader of this class may know it.
            }
        }
        return Class.forName(className, true, NamedSocketFactory.class.getClassLoader());
    }

    private Object instantiate(Class<?> type, @Nullable Properties properties) throws ReflectiveOperationException {
        if (properties != null) {
            try {
                return type.getConstructor(Properties.class).newInstance(properties);
            } catch (NoSuchMethodException e) {
                // It takes none.
            }
        }
        if (argument != null) {
            return type.getConstructor(String.class).newInstance(argument);
        }
        if (!Modifier.isAbstract(type.getModifiers())) {
            try {
                return type.getConstructor().newInstance();
            } catch (NoSuchMethodException e) {
                // A factory of the JDK's kind has a default instead.
            }
        }
        return type.getMethod("getDefault").invoke(null);
    }

    @Override
    public String toString() {
        return origin + ": " + className;
    }
}
