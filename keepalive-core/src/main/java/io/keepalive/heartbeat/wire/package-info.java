/**
 * The bytes of the heartbeat protocol, version 1, as specified in {@code docs/heartbeat-protocol.md}: frames, the order
 * in which they may come, and what two HELLOs agree on. When to send a BEAT, and when a peer is dead, is decided by the engine.
 *
 * <p>Start with {@link io.keepalive.heartbeat.wire.FrameOrder}, one for each connection;
 * {@link io.keepalive.heartbeat.wire.FrameDecoder} and {@link io.keepalive.heartbeat.wire.FrameEncoder} carry frames
 * from and to a {@link java.nio.ByteBuffer} under these rules. A caller with buffers of another kind reads and writes the four
 * bytes of a {@link io.keepalive.heartbeat.wire.FrameHeader} and uses the rules directly.
 *
 * <p>Rules that hold for the whole package:
 *
 * <ul>
 *   <li>no I/O, no thread, no clock; the objects of a connection are for one thread at a time;
 *   <li>nothing is allocated for a frame, but for a connection's HELLO; what is kept of bytes received is never more
 *       than one HELLO of 512 bytes, whatever comes;
 *   <li>a violation by the peer is a {@link io.keepalive.heartbeat.wire.ProtocolException}, which says with which
 *       reason to close; what the caller does wrong is an {@link java.lang.IllegalStateException} or
 *       {@link java.lang.IllegalArgumentException} and changes nothing.
 * </ul>
 */
@NullMarked
package io.keepalive.heartbeat.wire;

import org.jspecify.annotations.NullMarked;
