package io.keepalive.nio.echo;

import io.keepalive.KeepAlive;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.net.Socket;

/** Keeps a connection by TCP keepalive alone, and says when it dies. Argument: server address. */
final class KernelKept {
    private KernelKept() {}

    public static void main(String[] args) throws IOException {
        try (Socket socket = SocketKeeper.of(KeepAlive.parse("idle=1s,interval=1s,count=2"))
                .client()
                .connect(args[0], LabServer.PLAIN_PORT)) {
            System.out.println("connected");
            System.out.println("read " + socket.getInputStream().read());
        } catch (IOException e) {
            System.out.println(e);
        }
    }
}
