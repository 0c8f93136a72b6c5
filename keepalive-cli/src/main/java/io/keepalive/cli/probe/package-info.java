/**
 * {@code keepalive probe}: measures after how much silence a path forgets a connection.
 *
 * <p>{@link io.keepalive.cli.probe.Search} is a value that decides the next idle length from what lived and died so far;
 * {@link io.keepalive.cli.probe.TrialConnection} decides for one connection, in virtual time. Around them
 * {@link io.keepalive.cli.probe.RoundRunner} does the I/O with one selector, {@link io.keepalive.cli.probe.Verdict} draws
 * the conclusion, and {@link io.keepalive.cli.probe.ProbeCommand} talks to the user.
 */
@NullMarked
package io.keepalive.cli.probe;

import org.jspecify.annotations.NullMarked;
