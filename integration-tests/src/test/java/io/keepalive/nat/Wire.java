package io.keepalive.nat;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection made of any kind of socket, driven alike. */
public record Wire(InputStream input, OutputStream output, Closeable socket) implements Closeable {
    public void send(int value) throws IOException {
        output.write(value);
    }

    /** The next byte, or -1 at the end of the stream. */
    int receive() throws IOException {
        return input.read();
    }

    /** Sends back whatever comes, until the peer closes. */
    void echo() throws IOException {
        input.transferTo(output);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
