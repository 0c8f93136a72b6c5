package io.keepalive.testing;

import java.util.List;

/**
 * Starts a program whose signals have their default effect: one that is started in the background of a shell script, or by
 * nohup, ignores SIGINT or SIGHUP, and so do its children, this build's tests among them. Needs coreutils 8.31.
 */
public final class DefaultSignals {
    /** To be put in front of a command; the process stays the same. */
    public static final List<String> COMMAND = List.of("env", "--default-signal=INT,HUP,TERM");

    private DefaultSignals() {}
}
