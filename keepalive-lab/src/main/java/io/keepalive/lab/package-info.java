/**
 * A real NAT router with a short idle timeout, between a client and a server, for tests on one Linux machine.
 *
 * <p>Start with {@link io.keepalive.lab.NatLab}. Programs run in one of its three {@linkplain io.keepalive.lab.Host
 * hosts}, each a network namespace of its own; a running one is a {@link io.keepalive.lab.LabProcess}. Everything the
 * lab can't do is a {@link io.keepalive.lab.LabException} that says what was run, what it printed and what to do.
 *
 * <p>Waiting methods take a {@link java.time.Duration} as their limit. A thread interrupted while it waits gets a
 * {@code LabException} and stays interrupted.
 */
@NullMarked
package io.keepalive.lab;

import org.jspecify.annotations.NullMarked;
