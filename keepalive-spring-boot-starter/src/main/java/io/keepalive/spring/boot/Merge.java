package io.keepalive.spring.boot;

import io.keepalive.socket.Precedence;

/** Combines a policy with the settings that a client's configuration holds. A library's own default is nobody's choice. */
final class Merge {
    private Merge() {}

    /**
     * Combines one value.
     *
     * @param policy the policy's value
     * @param held the value that the configuration holds; smaller is stricter
     * @param libraryDefault what the library sets by itself
     */
    static long value(Precedence precedence, long policy, long held, long libraryDefault) {
        boolean chosen = held != libraryDefault;
        return switch (precedence) {
            case OBSERVE -> held;
            case RESPECT -> chosen ? held : policy;
            case TIGHTEN -> chosen ? Math.min(held, policy) : policy;
            case ENFORCE -> policy;
        };
    }

    /** Combines the switch: whether keepalive is on. */
    static boolean isOn(Precedence precedence, boolean policy, boolean held, boolean libraryDefault) {
        boolean chosen = held != libraryDefault;
        return switch (precedence) {
            case OBSERVE -> held;
            case RESPECT -> chosen ? held : policy;
            case TIGHTEN -> chosen ? held || policy : policy;
            case ENFORCE -> policy;
        };
    }
}
