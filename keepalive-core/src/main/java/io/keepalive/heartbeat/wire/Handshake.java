package io.keepalive.heartbeat.wire;

import org.jspecify.annotations.Nullable;

/**
 * How far the two HELLOs of a connection have got. Once both sides agree, a connection shares its handshake with the others
 * of its {@link HeartbeatProtocol} that agree alike: in a fleet, nearly all.
 *
 * @param agreement null until the peer's HELLO is there
 * @param deadlineNanos when that is overdue; 0 once it is there
 */
record Handshake(@Nullable Agreement agreement, long deadlineNanos) {}
