package io.keepalive.cli.relay.engine;

import java.util.Locale;

/** One of the two ends of a relayed connection. */
public enum Side {
    /** The program that connected to the relay. */
    CLIENT,
    /** The program that the relay connected to. */
    TARGET;

    /** The opposite end. */
    public Side other() {
        return this == CLIENT ? TARGET : CLIENT;
    }

    /** The name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
