/**
 * Heartbeats in the protocol itself: when to beat, when to ask, and when a peer is dead.
 *
 * <p>Start with {@link io.keepalive.heartbeat.Heartbeat}, one per connection, and
 * {@link io.keepalive.heartbeat.HeartbeatConfig}. Nothing here reads a clock, starts a thread or touches a socket, with
 * one exception that is asked for by name: a {@link io.keepalive.heartbeat.HeartbeatTimer} has a thread and a clock.
 *
 * <p>Instants are {@code System.nanoTime()} values, or those of any other clock that only goes forward: they may have any
 * origin, and are compared by subtraction only.
 */
@NullMarked
package io.keepalive.heartbeat;

import org.jspecify.annotations.NullMarked;
