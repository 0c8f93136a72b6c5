package io.keepalive.internal;

/** Switches of the whole JVM. */
public final class Switches {
    private Switches() {}

    /** Whether {@code -Dkeepalive.disabled=true} stops every change to a socket. */
    public static boolean isDisabled() {
        return Boolean.getBoolean("keepalive.disabled");
    }
}
