package io.keepalive.cli.demo;

import java.util.Locale;

/** The two connections that are compared. */
enum Side {
    /** Does nothing while idle. */
    PLAIN,
    /** Sends something that the box counts while idle. */
    KEPT;

    /** As the client and the server name it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Side of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
