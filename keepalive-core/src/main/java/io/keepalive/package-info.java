/**
 * TCP keepalive policies: values that keep long-lived connections alive through middleboxes that drop idle flows, and
 * that bound the time until a dead connection is detected.
 *
 * <p>Start with {@link io.keepalive.KeepAlive}. The package {@code io.keepalive.socket} applies a policy to sockets and
 * reports the result. {@link io.keepalive.Middlebox} lists the middleboxes and their timeouts.
 *
 * <p>Rules that hold for the whole package:
 *
 * <ul>
 *   <li>nothing logs; results are returned, or passed to a listener;
 *   <li>a bad value is refused with {@link java.lang.IllegalArgumentException}, which names the value and what is
 *       expected; {@code null} with {@link java.lang.NullPointerException}; nothing is repaired silently;
 *   <li>what the operating system refuses is an outcome in a report, never an exception, unless requested by
 *       {@code strict()} or {@code orThrow()};
 *   <li>{@code -Dkeepalive.disabled=true} stops every change to a socket.
 * </ul>
 */
@NullMarked
package io.keepalive;

import org.jspecify.annotations.NullMarked;
