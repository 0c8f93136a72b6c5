package io.keepalive.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.lab.CommandResult;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.socket.ClientSocketBuilder;
import io.keepalive.socket.SocketKeeper;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Connecting into the void ends when it was said to, not after the kernel's two minutes. */
class ConnectTimeoutIT {
    /** Tries both kinds of sockets and prints how long it took and what came of it. */
    static final class Client {
        private Client() {}

        private interface Attempt {
            Closeable connect() throws IOException;
        }

        public static void main(String[] args) {
            InetSocketAddress address = new InetSocketAddress(args[0], 7000);
            ClientSocketBuilder client =
                    SocketKeeper.of(KeepAlive.defaults()).client().connectTimeout(Duration.ofMillis(800));
            print("socket", () -> client.connect(address));
            print("channel", () -> client.connectChannel(address));
        }

        private static void print(String kind, Attempt attempt) {
            long start = System.nanoTime();
            String outcome;
            try (Closeable connected = attempt.connect()) {
                outcome = "connected " + connected;
            } catch (IOException e) {
                outcome = ConnectionLoss.of(e).map(loss -> loss.cause().name()).orElse(e.toString());
            }
            long seconds = Math.round((System.nanoTime() - start) / 1e9);
            System.out.println(kind + " " + outcome + (seconds < 10 ? " in time" : " after " + seconds + " s"));
        }
    }

    @Test
    @WithNatLab
    void connect_intoTheVoid_endsInTime(NatLab lab) throws Exception {
        lab.cut();

        CommandResult result = lab.client()
                .javaCommand(Client.class, lab.server().address())
                .run()
                .orThrow();

        assertThat(result.lines()).containsExactly("socket CONNECT_TIMEOUT in time", "channel CONNECT_TIMEOUT in time");
    }
}
