package io.keepalive.cli.watch;

import java.time.Duration;

/**
 * What was seen in all.
 *
 * @param open connections that are still open
 * @param overruns how often the kernel dropped notifications
 * @param untracked how often a connection was not taken in since there were too many
 */
record Summary(Tally tally, Duration watched, int open, long overruns, long untracked) {}
