package io.keepalive.nio.echo;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A way to speak the heartbeat protocol, in both roles: one row and one column of the {@link InteropTest} matrix. */
interface Party {
    /** Whether it speaks over TLS: such parties talk among themselves. */
    boolean isTls();

    /** Where it listens in the lab. */
    int labPort();

    /** Starts to echo. */
    Server listen(HeartbeatConfig config, InetSocketAddress address) throws Exception;

    Client connect(HeartbeatConfig config, InetSocketAddress server) throws Exception;

    /** Echoes until closed. */
    interface Server extends Closeable {
        int port() throws IOException;
    }

    /** One connection; closing it ends it in order, and throws if that fails. */
    interface Client extends Closeable {
        /** Sends, and returns as many bytes as come back. */
        byte[] exchange(byte[] message) throws IOException;

        /** Sends nothing and wants to read for so long. */
        void idle(Duration duration) throws IOException;

        /** Writes until the connection ends. */
        void flood() throws IOException;

        Heartbeat heartbeat();
    }
}
