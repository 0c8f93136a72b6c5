package io.keepalive.cli.relay.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** TCP as it is. */
record PlainLeg(SocketChannel channel) implements Leg {
    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public boolean shutOutput() throws IOException {
        channel.shutdownOutput();
        return true;
    }

    @Override
    public boolean isClosedWithoutKey() {
        return true;
    }

    @Override
    public boolean closeShutsOutput() {
        return true;
    }
}
