package java.net;

import java.util.function.BiPredicate;

/**
 * Where the agent listens, inside java.base: every class of the JVM reaches it, whatever its class loader and module,
 * and it names no class of the agent, which lives in a class loader of its own.
 */
public final class KeepAliveHook {
    /** Takes the name of an event and what it is about; answers whether a call is refused. Null: nobody listens. */
    static volatile BiPredicate<String, Object[]> agent;

    /** What edited classes show: this class is public, and no other code is to make the agent do anything. */
    static volatile long key;

    private KeepAliveHook() {}

    /**
     * Tells the agent. Never fails.
     *
     * @return whether the program's call is not to be made
     */
    public static boolean tell(long shown, String event, Object... about) {
        BiPredicate<String, Object[]> listening = agent;
        try {
            return listening != null && shown == key && listening.test(event, about);
        } catch (Throwable e) {
            // Not the program's problem. The agent reports its own failures; this is one that it could not report.
            return false;
        }
    }

    /** A native transport is about to connect. */
    public static void connect(long shown, int descriptor, String caller, SocketAddress remote) {
        if (remote instanceof InetSocketAddress) {
            InetSocketAddress inet = (InetSocketAddress) remote;
            tell(shown, "connect", descriptor, caller, inet.getAddress(), inet.getPort());
        }
    }

    /** A native transport has accepted. */
    public static void accept(long shown, int descriptor, String caller) {
        tell(shown, "accept", descriptor, caller, null, null);
    }

    /** A native transport is about to set an option, by the kernel's name of it; returns whether it must not. */
    public static boolean set(long shown, int descriptor, String caller, int value, String option) {
        return tell(shown, "set", descriptor, caller, option, value);
    }

    /** The program got its server of management beans. */
    public static void beans(long shown, Object server) {
        tell(shown, "beans", server);
    }
}
