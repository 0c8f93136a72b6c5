package io.keepalive.cli.probe;

/**
 * What became of one connection.
 *
 * @param fate how it ended
 * @param idleNanos its silence before the first probe; until its end, if it ended earlier; between two segments of the
 *     peer, if it was never idle
 */
record Trial(Fate fate, long idleNanos) {}
