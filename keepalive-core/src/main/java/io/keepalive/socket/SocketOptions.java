package io.keepalive.socket;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import java.io.IOException;

/**
 * The options of one TCP socket that is not the JDK's: how a transport with system calls of its own has a policy applied
 * and reported like everywhere else. Netty's native transports are the example: the module {@code keepalive-netty}
 * implements it for them.
 *
 * <p>Called on the thread that applies the policy, and not kept. What is thrown, other than what is told here, passes
 * through.
 *
 * @see KeepAlive#applyTo(SocketOptions)
 * @since 0.1
 */
public interface SocketOptions {
    /**
     * What the socket holds.
     *
     * @param option an option that is not {@linkplain #whyMissing missing}
     * @return the value in the {@linkplain KeepAliveOption#unit() option's unit}; 0 and 1 for off and on
     * @throws IOException if the socket is closed or the operating system refuses
     */
    long get(KeepAliveOption option) throws IOException;

    /**
     * Sets an option.
     *
     * @param option an option that is not {@linkplain #whyMissing missing}
     * @param value in the option's unit, 0 to 2147483647; 0 and 1 for off and on
     * @throws IOException if the socket is closed or the operating system refuses the value; its message goes into the
     *     report
     */
    void set(KeepAliveOption option, long value) throws IOException;

    /**
     * Why this socket lacks an option, and what to do about it. Reported as {@link Outcome#UNSUPPORTED}, on a
     * {@linkplain #isListener listener} as {@link Outcome#ON_ACCEPT}.
     *
     * @param option any option
     * @return a reason for people; empty if the socket has the option
     */
    String whyMissing(KeepAliveOption option);

    /**
     * Whether the socket is open.
     *
     * @return false once it is closed; everything is reported as {@link Outcome#CLOSED} then
     */
    boolean isOpen();

    /**
     * Whether it accepts connections, rather than being one.
     *
     * @return false unless overridden
     */
    default boolean isListener() {
        return false;
    }

    /**
     * What kind of socket it is.
     *
     * @return for reports, for example {@code EpollSocketChannel}
     */
    String describe();
}
