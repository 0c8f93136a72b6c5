package io.keepalive.socket;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;

/**
 * A socket that has a policy and decides about later calls of the program that set its options. A TLS socket layered on
 * top passes such calls on to this one. As thread-safe as any socket.
 */
final class KeptSocket extends Socket {
    private final LaterCalls calls;

    KeptSocket(SocketKeeper keeper) {
        this.calls = new LaterCalls(keeper, this);
    }

    /** Applies the policy: once, before the program has this socket. */
    void keep() throws KeepAliveException {
        calls.keepNew();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        calls.setKeepAlive(on, () -> super.setKeepAlive(on));
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        calls.setOption(name, value, () -> super.setOption(name, value));
        return this;
    }
}
