/**
 * A network for tests of heartbeats, in virtual time: two processes, one connection, and all that may befall them. Start
 * with {@link io.keepalive.heartbeat.virtual.VirtualNetwork}.
 *
 * <p>No thread, no sleeping, no randomness of its own: the same calls give the same history.
 */
@NullMarked
package io.keepalive.heartbeat.virtual;

import org.jspecify.annotations.NullMarked;
