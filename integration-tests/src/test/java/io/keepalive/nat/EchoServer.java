package io.keepalive.nat;

import io.keepalive.KeepAlive;
import io.keepalive.lab.NatLab;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.time.Duration;

/**
 * Echoes on two ports for each {@link Kind}, without a policy and with the policy that is its argument. Prints a line when
 * all of them listen.
 */
final class EchoServer {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private EchoServer() {}

    /** Starts it at the lab's server; returns when it listens. */
    static void startIn(NatLab lab, String policy) {
        lab.server()
                .javaCommand(EchoServer.class, policy)
                .options(TestCertificate.ofThisJvm().option())
                .start()
                .awaitLine("listening"::equals, LIMIT);
    }

    public static void main(String[] args) throws IOException {
        KeepAlive policy = KeepAlive.parse(args[0]);
        for (Kind kind : Kind.values()) {
            serve(kind.listen(kind.port(false), KeepAlive.off()));
            serve(kind.listen(kind.port(true), policy));
        }
        System.out.println("listening");
    }

    private static void serve(Kind.Acceptor acceptor) {
        new Thread(() -> {
                    try {
                        while (true) {
                            Wire wire = acceptor.accept().next();
                            new Thread(() -> echo(wire)).start();
                        }
                    } catch (IOException e) {
                        e.printStackTrace();
                        System.exit(1);
                    }
                })
                .start();
    }

    private static void echo(Wire wire) {
        try (wire) {
            wire.echo();
        } catch (IOException e) {
            // The end of a connection is what the tests are about; the client tells what it saw.
        }
    }
}
