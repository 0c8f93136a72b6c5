/** What a relay does about the events of its connections, decided in virtual time and without I/O. */
@NullMarked
package io.keepalive.cli.relay.engine;

import org.jspecify.annotations.NullMarked;
