/**
 * Heartbeats on blocking sockets, TLS included. Start with {@link io.keepalive.nio.blocking.BlockingHeartbeats}.
 */
@NullMarked
package io.keepalive.nio.blocking;

import org.jspecify.annotations.NullMarked;
