/**
 * {@code keepalive watch}: how connections die. The cause of a death is a pure function of recorded facts
 * ({@link io.keepalive.cli.watch.DeathCause}); {@link io.keepalive.cli.watch.WatchSession} is the I/O around it.
 */
@NullMarked
package io.keepalive.cli.watch;

import org.jspecify.annotations.NullMarked;
