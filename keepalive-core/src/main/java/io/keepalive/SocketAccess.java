package io.keepalive;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.Set;

/**
 * How options are read and written on one family of JDK sockets. The JDK has three families with the same methods and
 * no common type; the instances here are stateless, so that no wrapper is made per socket.
 *
 * @param <S> the JDK type
 */
interface SocketAccess<S> {
    /** {@code Socket}, and {@code SSLSocket}, which passes options through to the TCP socket below it. */
    SocketAccess<Socket> SOCKET = new OfSocket();

    SocketAccess<ServerSocket> SERVER_SOCKET = new OfServerSocket();

    /** Every channel, listening ones and asynchronous ones too. */
    SocketAccess<NetworkChannel> CHANNEL = new OfChannel();

    Set<SocketOption<?>> supportedOptions(S socket);

    <T> T get(S socket, SocketOption<T> option) throws IOException;

    <T> void set(S socket, SocketOption<T> option, T value) throws IOException;

    boolean isOpen(S socket);

    boolean isListener(S socket);

    /** What kind of socket it is, for reports. */
    String describe(S socket);

    /** See {@link #SOCKET}. */
    final class OfSocket implements SocketAccess<Socket> {
        @Override
        public Set<SocketOption<?>> supportedOptions(Socket socket) {
            return socket.supportedOptions();
        }

        @Override
        public <T> T get(Socket socket, SocketOption<T> option) throws IOException {
            return socket.getOption(option);
        }

        @Override
        public <T> void set(Socket socket, SocketOption<T> option, T value) throws IOException {
            socket.setOption(option, value);
        }

        @Override
        public boolean isOpen(Socket socket) {
            return !socket.isClosed();
        }

        @Override
        public boolean isListener(Socket socket) {
            return false;
        }

        @Override
        public String describe(Socket socket) {
            return socket instanceof javax.net.ssl.SSLSocket ? "SSLSocket" : "Socket";
        }
    }

    /** See {@link #SERVER_SOCKET}. */
    final class OfServerSocket implements SocketAccess<ServerSocket> {
        @Override
        public Set<SocketOption<?>> supportedOptions(ServerSocket socket) {
            return socket.supportedOptions();
        }

        @Override
        public <T> T get(ServerSocket socket, SocketOption<T> option) throws IOException {
            return socket.getOption(option);
        }

        @Override
        public <T> void set(ServerSocket socket, SocketOption<T> option, T value) throws IOException {
            socket.setOption(option, value);
        }

        @Override
        public boolean isOpen(ServerSocket socket) {
            return !socket.isClosed();
        }

        @Override
        public boolean isListener(ServerSocket socket) {
            return true;
        }

        @Override
        public String describe(ServerSocket socket) {
            return "ServerSocket";
        }
    }

    /** See {@link #CHANNEL}. */
    final class OfChannel implements SocketAccess<NetworkChannel> {
        @Override
        public Set<SocketOption<?>> supportedOptions(NetworkChannel channel) {
            return channel.supportedOptions();
        }

        @Override
        public <T> T get(NetworkChannel channel, SocketOption<T> option) throws IOException {
            return channel.getOption(option);
        }

        @Override
        public <T> void set(NetworkChannel channel, SocketOption<T> option, T value) throws IOException {
            channel.setOption(option, value);
        }

        @Override
        public boolean isOpen(NetworkChannel channel) {
            return channel.isOpen();
        }

        @Override
        public boolean isListener(NetworkChannel channel) {
            return channel instanceof ServerSocketChannel || channel instanceof AsynchronousServerSocketChannel;
        }

        @Override
        public String describe(NetworkChannel channel) {
            if (channel instanceof ServerSocketChannel) {
                return "ServerSocketChannel";
            }
            if (channel instanceof AsynchronousServerSocketChannel) {
                return "AsynchronousServerSocketChannel";
            }
            return channel instanceof java.nio.channels.AsynchronousSocketChannel
                    ? "AsynchronousSocketChannel"
                    : channel instanceof java.nio.channels.SocketChannel ? "SocketChannel" : "NetworkChannel";
        }
    }
}
