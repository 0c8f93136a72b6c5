package io.keepalive.agent.programs;

/** Does nothing: how long a JVM takes to start. */
public final class Empty {
    private Empty() {}

    /** Returns. */
    public static void main(String[] arguments) {
        // Nothing.
    }
}
