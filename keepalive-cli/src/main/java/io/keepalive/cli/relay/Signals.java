package io.keepalive.cli.relay;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system, by {@code sun.misc.Signal}: the module {@code jdk.unsupported} is in every JDK, and a
 * runtime image may lack it. By reflection, because javac's warning about that class can't be switched off.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs an action when a signal arrives.
     *
     * @param name without SIG: TERM, INT, HUP
     * @return false if the system or the JVM has no such signal, or keeps it for itself
     */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler run = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> arguments != null && proxy == arguments[0];
                default -> "relay's handler of SIG" + name;
            };
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, run);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
