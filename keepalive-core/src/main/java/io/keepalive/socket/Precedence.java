package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import java.util.function.LongSupplier;

/**
 * Who wins where a socket already holds a setting: one vocabulary for the API, the factories and the tools.
 *
 * <p>The API's default is {@link #ENFORCE}; the default of the tools and of the socket factories is {@link #TIGHTEN}.
 * Sockets of a factory go on being watched: what a precedence means for what the program does to them later is told at
 * {@link KeepAliveSocketFactory}.
 */
public enum Precedence {
    /** Change nothing; report what {@link #TIGHTEN} would change. */
    OBSERVE,

    /**
     * Change only what is still at the operating system's default. A program that explicitly chose the default can't be
     * told from one that chose nothing.
     */
    RESPECT,

    /** Switch on what is off, shorten what is longer, never loosen what is stricter. */
    TIGHTEN,

    /** The policy wins, also where it loosens. */
    ENFORCE;

    /**
     * Decides about one option.
     *
     * @param option the option
     * @param current what the socket holds, in the option's unit
     * @param requested what the policy wants, in the option's unit
     * @param systemDefault what a new socket holds; asked for only under {@link #RESPECT}
     * @return whether this precedence, or for {@link #OBSERVE} the one it foretells, changes the option
     */
    boolean changes(KeepAliveOption option, long current, long requested, LongSupplier systemDefault) {
        return switch (this) {
            case ENFORCE -> true;
            case RESPECT -> current != requested && current == systemDefault.getAsLong();
            case TIGHTEN, OBSERVE -> isStricter(option, requested, current);
        };
    }

    /**
     * Decides about a value that a program sets later, on a socket that is already kept. Unlike a value that is merely
     * found on a socket, this one is the program's choice for certain, be it the system's default.
     *
     * @param option the option
     * @param attempted what the program wants, in the option's unit
     * @param requested what the policy wants, in the option's unit
     * @return whether the socket keeps what it holds
     */
    boolean refuses(KeepAliveOption option, long attempted, long requested) {
        return switch (this) {
            case ENFORCE -> attempted != requested;
            case TIGHTEN -> isStricter(option, requested, attempted);
            case RESPECT, OBSERVE -> false;
        };
    }

    private static boolean isStricter(KeepAliveOption option, long candidate, long than) {
        return switch (option) {
            case SO_KEEPALIVE -> candidate > than;
            // 0 is "the system's limit", the laxest value of all.
            case TCP_USER_TIMEOUT -> candidate != 0 && (than == 0 || candidate < than);
            case TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT -> candidate < than;
        };
    }
}
