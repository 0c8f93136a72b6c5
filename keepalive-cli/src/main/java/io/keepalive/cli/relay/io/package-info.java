/** The relay's sockets: an acceptor, a selector loop for each core, and the legs of connections. */
@NullMarked
package io.keepalive.cli.relay.io;

import org.jspecify.annotations.NullMarked;
