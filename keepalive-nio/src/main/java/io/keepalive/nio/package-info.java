/**
 * Heartbeats on the JDK's own sockets.
 *
 * <ul>
 *   <li>Non-blocking channels, in a selector loop of your own: start with {@link io.keepalive.nio.HeartbeatLoop}.
 *   <li>Blocking sockets, TLS included: start with {@link io.keepalive.nio.blocking.BlockingHeartbeats}.
 * </ul>
 *
 * <p>Both speak the heartbeat protocol, and so with each other. Who has a protocol already uses
 * {@link io.keepalive.nio.MessageChannel}. Nothing here decides: what is to be sent, and when a peer is dead, comes from
 * {@code io.keepalive.heartbeat}.
 */
@NullMarked
package io.keepalive.nio;

import org.jspecify.annotations.NullMarked;
