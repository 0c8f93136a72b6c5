/**
 * Keeps long-lived TCP connections alive through the boxes that drop idle flows, and tells when one is dead.
 *
 * <p>Start with {@link io.keepalive.KeepAlive}: the policy, which is applied to any JDK TCP socket and answers with a
 * {@link io.keepalive.socket.KeepAliveReport} of what the operating system accepted. {@link io.keepalive.Middlebox} knows the
 * boxes, {@link io.keepalive.loss.LossCause} names what ended a connection.
 *
 * <p>Rules that hold for the whole package:
 *
 * <ul>
 *   <li>nothing logs; what happened is returned, or handed to a listener;
 *   <li>a bad value is refused with {@link java.lang.IllegalArgumentException}, which names the value and what is
 *       expected; {@code null} with {@link java.lang.NullPointerException}; nothing is repaired silently;
 *   <li>what the operating system refuses is an {@link io.keepalive.socket.Outcome}, never an exception, unless asked for with
 *       {@link io.keepalive.socket.KeepAliveReport#orThrow()};
 *   <li>{@code -Dkeepalive.disabled=true} stops every change to a socket, whoever asks for it.
 * </ul>
 */
@NullMarked
package io.keepalive;

import org.jspecify.annotations.NullMarked;
