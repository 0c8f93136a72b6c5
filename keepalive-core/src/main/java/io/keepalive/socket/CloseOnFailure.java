package io.keepalive.socket;

import java.io.Closeable;
import java.io.IOException;

/** Work on a socket that has not been handed out yet: if it fails, the socket is closed. */
final class CloseOnFailure {
    /** A step that may fail. */
    interface Work {
        void run() throws IOException;
    }

    private CloseOnFailure() {}

    static void run(Closeable socket, Work work) throws IOException {
        try {
            work.run();
        } catch (Throwable e) {
            try {
                socket.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }
}
