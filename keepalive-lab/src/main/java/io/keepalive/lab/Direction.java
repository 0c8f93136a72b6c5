package io.keepalive.lab;

/**
 * One of the two ways through the router.
 *
 * @since 0.1
 */
public enum Direction {
    /** What the client sends. */
    CLIENT_TO_SERVER("c0"),

    /** What the server sends. */
    SERVER_TO_CLIENT("s0");

    private final String arrivesOn;

    Direction(String arrivesOn) {
        this.arrivesOn = arrivesOn;
    }

    /** The router's network interface that packets going this way come in by. */
    String arrivesOn() {
        return arrivesOn;
    }
}
