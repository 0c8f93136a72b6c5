package io.keepalive.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets that have a {@link SocketChannel}. Stateless. */
final class ChannelSocketFactory extends SocketFactory {
    @Override
    public Socket createSocket() throws IOException {
        return SocketChannel.open().socket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(KeepAliveSocketFactory.address(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(KeepAliveSocketFactory.address(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    private Socket connected(SocketAddress address, @Nullable SocketAddress local) throws IOException {
        Socket socket = createSocket();
        CloseOnFailure.run(socket, () -> {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(address);
        });
        return socket;
    }

    @Override
    public String toString() {
        return "sockets of channels";
    }
}
