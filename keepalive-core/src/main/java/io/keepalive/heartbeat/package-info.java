/**
 * The engine of heartbeats: when to send a BEAT or a PING, and when a peer is dead.
 *
 * <p>Start with {@link io.keepalive.heartbeat.Heartbeat}, one for each connection, and
 * {@link io.keepalive.heartbeat.HeartbeatConfig}. Nothing here reads a clock, starts a thread or touches a socket, except
 * {@link io.keepalive.heartbeat.HeartbeatTimer}, which has a thread and a clock. Instants are {@code System.nanoTime()}
 * values, or those of another clock that only goes forward: they may have any origin, and are compared by subtraction only.
 *
 * <h2>The rules</h2>
 *
 * Tests cite them by their numbers.
 *
 * <ol>
 *   <li>Any received byte proves that the peer is alive. A completed local write never does.
 *   <li>Each side sends at least one frame in each {@code beatInterval}, whether or not it receives anything. Where the protocol
 *       allows it, the first one is a heartbeat: at the end of the first {@code beatInterval}, however busy the connection is.
 *   <li>Silence for {@code pingIdle} leads to a PING with an id of eight bytes. Its timeout starts when it leaves the send
 *       queue. After {@code maxMissedPongs} timeouts without any byte the peer is SUSPECT.
 *   <li>A local pause is not the peer's death. A SUSPECT becomes DEAD only at a later tick that is itself on time, after the
 *       connection had a chance to read, and with still no byte. The credit for local pauses is capped in sum.
 *   <li>Reading held back by the application is not silence, up to {@code readPauseTimeout}, which has a cause of its own. An
 *       input that has ended is neither: no verdict of silence and no read pause from then on, while BEATs and the write
 *       stall go on. A connection of which it is unknown whether it reads counts as reading.
 *   <li>A write without progress (bytes wait, none leaves) has a limit and a cause of its own.
 *   <li>Until a peer has sent a heartbeat it is unproven: its silence is reported loudly, and is no verdict unless the
 *       configuration requires heartbeats or the protocol's handshake obliges it to answer.
 *   <li>Jitter only shortens, and is the same for the same seed. After a pause nothing is caught up in a burst.
 *   <li>A peer that sends PINGs faster than agreed is closed with a reason of its own; a sender that receives it doubles its
 *       intervals.
 *   <li>A ping on suspicion, {@code pingNow}, has a result within the time given.
 *   <li>Round-trip times and missed PONGs are events.
 *   <li>A configuration for a middlebox refuses an idle time above half of the middlebox's timeout.
 * </ol>
 *
 * <p>It follows that a dead peer is found within {@code pingIdle + maxMissedPongs × pongTimeout} + 2 ticks + the credit for
 * local pauses that was used.
 *
 * <h2>The parts</h2>
 *
 * <pre>
 *   WheelEntry ◁── Traffic ◁── HeartbeatState ◁── DeathRules ◁── Heartbeat      one object for each connection
 *   due time       counters    what is known      rules 1 to 9   inputs, ticks, what to do
 *                                   │
 *                                   ▼ made when first needed
 *                             HeartbeatParts ──▶ PeerLiveness      ALIVE, PING_QUEUED, PING_SENT, SUSPECT, DEAD
 *                                            ──▶ LocalPauses       the credit for local pauses
 *                                            ──▶ ReadPause         READING, PAUSED
 *                                            ──▶ OutstandingPings  ids, the send queue, round-trip times
 *                                            ──▶ PingLimiter       QUIET, PINGED, FLOODED; PONGs to send
 *                                            ──▶ WriteStall        IDLE, WAITING, SUSPECT, STALLED
 *                                            ──▶ HeartbeatEvents   events to report
 *
 *   Deadlines: the time until sample, BEAT, PING, PONG timeout, read pause and write stall. DeathEvidence: causes with evidence.
 * </pre>
 *
 * <p>Each state machine is drawn where it is implemented.
 */
@NullMarked
package io.keepalive.heartbeat;

import org.jspecify.annotations.NullMarked;
