package io.keepalive.agent;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;

/**
 * Receives the events of the hooks, on the program's threads, and hands each to what acts on it: {@link ConnectionKeeper},
 * {@link OptionCalls}, {@link Losses}. Never throws: what fails is counted.
 */
final class Keeper implements BiPredicate<String, Object[]> {
    private final ConnectionKeeper connectionKeeper;
    private final OptionCalls optionCalls;
    private final Losses losses;
    private final Tally tally;
    private final Runnable beans;

    /**
     * Makes one.
     *
     * @param missedNothing whether the hooks reported every option that the program ever set on a socket of the JDK
     * @param beans what to do when the program has a server of management beans
     */
    Keeper(
            Settings settings,
            Connections connections,
            Tally tally,
            Losses losses,
            BooleanSupplier missedNothing,
            Runnable beans) {
        Choices choices = new Choices(missedNothing);
        this.connectionKeeper = new ConnectionKeeper(settings, connections, choices, tally);
        this.optionCalls = new OptionCalls(connectionKeeper, choices, tally);
        this.losses = losses;
        this.tally = tally;
        this.beans = beans;
    }

    /** From now on. */
    void settings(Settings changed) throws IOException {
        connectionKeeper.settings(changed);
    }

    /** Leaves nothing behind that would go on keeping connections. */
    void release() throws IOException {
        connectionKeeper.release();
    }

    /**
     * Keeps the connections that are open already.
     *
     * @return how many there are
     */
    int keepOpen() throws IOException {
        return connectionKeeper.keepOpen();
    }

    /**
     * Called by the hooks; see {@code KeepAliveHook} and {@code KeepAliveNet}. With the agent's rights: what a security
     * manager (possible until JDK 23) lets the program do is the program's.
     */
    @Override
    @SuppressWarnings("removal")
    public boolean test(String event, Object[] about) {
        return System.getSecurityManager() == null
                ? heard(event, about)
                : AccessController.doPrivileged((PrivilegedAction<Boolean>) () -> heard(event, about));
    }

    private boolean heard(String event, Object[] about) {
        try {
            return switch (event) {
                case "connect" -> {
                    connectionKeeper.connect(about[0], (String) about[1], (InetAddress) about[2], (Integer) about[3]);
                    yield false;
                }
                case "accept" -> {
                    connectionKeeper.accept(about[0], (String) about[1], (InetSocketAddress) about[2], about[3]);
                    yield false;
                }
                case "listen" -> {
                    connectionKeeper.listen((FileDescriptor) about[0], (String) about[1]);
                    yield false;
                }
                case "set" -> optionCalls.refuses(about[0], (String) about[1], about[2], about[3]);
                case "failed", "eof", "shutdown", "close" -> {
                    losses.happened(event, about);
                    yield false;
                }
                case "beans" -> {
                    beans.run();
                    yield false;
                }
                default -> throw new IllegalArgumentException("event '" + event + "'");
            };
        } catch (Throwable e) {
            tally.failure(e);
            return false;
        }
    }
}
