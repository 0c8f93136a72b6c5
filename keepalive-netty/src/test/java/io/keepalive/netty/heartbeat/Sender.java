package io.keepalive.netty.heartbeat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** A healthy peer: sends a byte every 100 ms on each connection, and reads as fast as it is told to. */
final class Sender implements AutoCloseable {
    private final ServerSocket listener;
    private final int bytesPer10Millis;

    Sender(int bytesPer10Millis) throws IOException {
        this.bytesPer10Millis = bytesPer10Millis;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                daemon(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            OutputStream output = socket.getOutputStream();
            for (int i = 0; true; i++) {
                if (i % 10 == 0) {
                    output.write('.');
                }
                int available = Math.min(socket.getInputStream().available(), bytesPer10Millis);
                socket.getInputStream().readNBytes(available);
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (IOException | InterruptedException over) {
            // the other side has gone
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
