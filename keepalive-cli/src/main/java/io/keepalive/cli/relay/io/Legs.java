package io.keepalive.cli.relay.io;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Makes the legs of one side: plain ones, or those of a connection between two relays. */
@FunctionalInterface
interface Legs {
    /** A leg over a TCP connection that is or will be connected. */
    Leg over(SocketChannel channel) throws IOException;
}
