/**
 * Heartbeats in a Netty pipeline. Start with {@link io.keepalive.netty.heartbeat.HeartbeatCodec} for a protocol of your
 * own, and with {@link io.keepalive.netty.heartbeat.HeartbeatHandler} for a protocol that has heartbeats already.
 *
 * <p>Handlers carry bytes and timers; core makes every decision.
 */
@NullMarked
package io.keepalive.netty.heartbeat;

import org.jspecify.annotations.NullMarked;
