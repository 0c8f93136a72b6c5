package io.keepalive.internal;

import java.io.IOException;
import java.net.Socket;

/**
 * Ends a connection from below TLS, with a reset and without waiting. Runs on a thread of its own: each call on a socket of
 * a foreign class may throw anything, or wait for a lock that the blocked writer holds.
 *
 * @param carrying the socket below; found while the connection was healthy, since finding it calls the class, too
 * @param socket the socket that the application has
 */
public record HardClose(Socket carrying, Socket socket) implements Runnable {
    /** To be called while the connection is healthy. */
    public static HardClose of(Socket socket) {
        return new HardClose(CarryingSocket.of(socket).socket(), socket);
    }

    private interface Step {
        void run() throws IOException;
    }

    @Override
    public void run() {
        reset();
        release();
    }

    /** Ends the connection, and with it every call that is blocked in it. */
    public void reset() {
        close(carrying);
    }

    /** Closes the socket of the application, too, if it is another one: a class may never return from that. */
    public void release() {
        if (socket != carrying) {
            close(socket);
        }
    }

    private static void close(Socket socket) {
        // Without it SSLSocket.close() would wait for the lock that the blocked writer holds.
        attempt(() -> socket.setSoLinger(true, 0));
        attempt(socket::close);
    }

    /** Each step is tried whatever became of the one before. */
    @SuppressWarnings("CatchingUnchecked")
    private static void attempt(Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            // Closed meanwhile, or a class that refuses: the next step may do.
        }
    }
}
