package io.keepalive.socket;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.function.Supplier;

/** A server socket whose accepted sockets have a policy. */
final class KeptServerSocket<S extends Socket> extends ServerSocket {
    /** What is done to an accepted socket before the program gets it. */
    interface Keep<S> {
        void on(S accepted) throws IOException;
    }

    private final Supplier<S> unconnected;
    private final Keep<S> keep;

    KeptServerSocket(Supplier<S> unconnected, Keep<S> keep) throws IOException {
        this.unconnected = unconnected;
        this.keep = keep;
    }

    @Override
    public Socket accept() throws IOException {
        // What the JDK checks before it comes to the part that is left to subclasses.
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        S accepted = unconnected.get();
        CloseOnFailure.run(accepted, () -> {
            implAccept(accepted);
            keep.on(accepted);
        });
        return accepted;
    }
}
