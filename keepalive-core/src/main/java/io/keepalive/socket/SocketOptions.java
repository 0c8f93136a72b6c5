package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import java.io.IOException;

/**
 * The keepalive options of one TCP socket, however they are reached. Implement it for sockets that are not the JDK's:
 * the module {@code keepalive-netty} does so for Netty's native transports.
 *
 * <p>Called on the thread that applies the policy, and not retained.
 *
 * @see SocketKeeper#keep(SocketOptions)
 * @since 0.1
 */
public interface SocketOptions {
    /**
     * Reads an option.
     *
     * @param option an option that is not {@linkplain #whyMissing missing}
     * @return the value in the {@linkplain KeepAliveOption#unit() option's unit}; 0 and 1 for off and on
     * @throws IOException if the socket is closed or the operating system refuses
     * @throws UnsupportedOperationException if this socket turns out to lack the option
     */
    long get(KeepAliveOption option) throws IOException;

    /**
     * Sets an option.
     *
     * @param option an option that is not {@linkplain #whyMissing missing}
     * @param value in the option's unit, 0 to 2147483647; 0 and 1 for off and on
     * @throws IOException if the socket is closed or the operating system refuses the value; its message goes into the
     *     report
     * @throws UnsupportedOperationException if this socket turns out to lack the option; its message goes into the report
     */
    void set(KeepAliveOption option, long value) throws IOException;

    /**
     * Why this socket lacks an option, and what to do about it. Reported as {@link Outcome#UNSUPPORTED}, or as
     * {@link Outcome#ON_ACCEPT} where {@link #isSetOnAccept} says so.
     *
     * @return a reason for people; empty if the socket has the option
     */
    String whyMissing(KeepAliveOption option);

    /** Whether the socket is open. Once it is closed, every option is reported as {@link Outcome#CLOSED}. */
    boolean isOpen();

    /**
     * Whether the connection has ended although the socket is still {@linkplain #isOpen() open}: macOS refuses every option
     * of a connection that the peer has reset. Called only after an option was refused; false by default. If so, the option
     * is reported as {@link Outcome#CLOSED}.
     */
    default boolean isDead() {
        return false;
    }

    /** Whether an option that this socket lacks is to be set on each connection that it accepts; false by default. */
    default boolean isSetOnAccept(KeepAliveOption option) {
        return false;
    }

    /**
     * Whether reading an option costs no more than a system call; true by default. If not, a report on applying a policy
     * shows the option only if the policy has it.
     */
    default boolean isCheap(KeepAliveOption option) {
        return true;
    }

    /**
     * Whether an option can be read without side effects, such as a warning of the JVM; true by default. If not,
     * {@link KeepAliveReport#inspect(SocketOptions)} does not show it.
     */
    default boolean isInspectable(KeepAliveOption option) {
        return true;
    }

    /** The kind of socket, for reports: {@code EpollSocketChannel}. */
    String describe();
}
