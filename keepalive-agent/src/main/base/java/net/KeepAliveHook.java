package java.net;

import java.util.function.BiPredicate;

/**
 * Where the agent listens, inside java.base: every class of the JVM reaches it, whatever its class loader and module,
 * and it names no class of the agent, which lives in a class loader of its own.
 */
public final class KeepAliveHook {
    /** Takes the name of an event and what it is about; answers whether the call is refused. Null: nobody listens. */
    static volatile BiPredicate<String, Object[]> agent;

    private KeepAliveHook() {}

    /**
     * Tells the agent. Never fails.
     *
     * @return whether the program's call is not to be made
     */
    public static boolean tell(String event, Object... about) {
        BiPredicate<String, Object[]> listening = agent;
        try {
            return listening != null && listening.test(event, about);
        } catch (Throwable e) {
            // Not the program's problem. The agent reports its own failures; this is what it could not even report.
            return false;
        }
    }
}
