package io.keepalive.jar;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.loss.TcpInfo;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.SocketKeeper;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/**
 * Puts a user timeout on every kind of socket and prints what the reports say of it; on listeners also what an accepted
 * socket holds that nobody touched. Then prints what {@code TCP_INFO} says of one connection in its states.
 */
final class UserTimeoutProgram {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=11s,interval=3s,count=4,user-timeout=12345ms");

    private final List<Closeable> opened = new ArrayList<>();
    private final ServerSocket server;

    private UserTimeoutProgram() throws IOException {
        this.server = opened(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    public static void main(String[] args) throws Exception {
        UserTimeoutProgram program = new UserTimeoutProgram();
        program.connections();
        program.listeners();
        program.twins();
        program.states();
        for (Closeable closeable : program.opened) {
            closeable.close();
        }
        System.out.println("done");
    }

    private void connections() throws Exception {
        SocketAddress address = server.getLocalSocketAddress();

        Socket socket = opened(new Socket());
        print("Socket, not connected", SocketKeeper.of(POLICY).keep(socket));
        socket.connect(address);
        print("Socket, inspected", KeepAliveReport.inspect(socket));
        Socket connected = opened(new Socket());
        connected.connect(address);
        print("Socket", SocketKeeper.of(POLICY).keep(connected));
        print("Socket, accepted", SocketKeeper.of(POLICY).keep(opened(server.accept())));

        SocketChannel channel = opened(SocketChannel.open());
        print("SocketChannel, not connected", SocketKeeper.of(POLICY).keep(channel));
        channel.connect(address);
        print("SocketChannel, inspected", KeepAliveReport.inspect(channel));
        print("SocketChannel", SocketKeeper.of(POLICY).keep(opened(SocketChannel.open(address))));
        print(
                "SocketChannel as Socket",
                SocketKeeper.of(POLICY).keep(opened(SocketChannel.open(address)).socket()));

        AsynchronousSocketChannel asynchronous = opened(AsynchronousSocketChannel.open());
        asynchronous.connect(address).get();
        print("AsynchronousSocketChannel", SocketKeeper.of(POLICY).keep(asynchronous));

        SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
        print(
                "SSLSocket",
                SocketKeeper.of(POLICY).keep(opened(tls.createSocket(server.getInetAddress(), server.getLocalPort()))));
        Socket plain = opened(new Socket(server.getInetAddress(), server.getLocalPort()));
        Socket layered = opened(tls.createSocket(plain, "localhost", server.getLocalPort(), true));
        print("SSLSocket, layered", SocketKeeper.of(POLICY).keep(layered));
        print("SSLSocket, the one below", KeepAliveReport.inspect(plain));
    }

    private void listeners() throws Exception {
        ServerSocket plain = opened(new ServerSocket(0));
        print("ServerSocket", SocketKeeper.of(POLICY).keep(plain));
        connectTo(plain.getLocalPort());
        print("ServerSocket, accepted", KeepAliveReport.inspect(opened(plain.accept())));

        ServerSocketChannel channel = opened(ServerSocketChannel.open().bind(null));
        print("ServerSocketChannel", SocketKeeper.of(POLICY).keep(channel));
        connectTo(((InetSocketAddress) channel.getLocalAddress()).getPort());
        print("ServerSocketChannel, accepted", KeepAliveReport.inspect(opened(channel.accept())));

        AsynchronousServerSocketChannel asynchronous =
                opened(AsynchronousServerSocketChannel.open().bind(null));
        print("AsynchronousServerSocketChannel", SocketKeeper.of(POLICY).keep(asynchronous));
        connectTo(((InetSocketAddress) asynchronous.getLocalAddress()).getPort());
        print(
                "AsynchronousServerSocketChannel, accepted",
                KeepAliveReport.inspect(opened(asynchronous.accept().get())));
    }

    /** Two listeners on one address: each gets its own. */
    private void twins() throws IOException {
        ServerSocket first = opened(new ServerSocket());
        first.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        first.bind(null);
        ServerSocket second = opened(new ServerSocket());
        second.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        second.bind(first.getLocalSocketAddress());
        print(
                "first twin",
                SocketKeeper.of(KeepAlive.parse("user-timeout=7000ms")).keep(first));
        print("second twin", SocketKeeper.of(POLICY).keep(second));
        print("first twin, inspected", KeepAliveReport.inspect(first));
        print("second twin, inspected", KeepAliveReport.inspect(second));
    }

    private void states() throws Exception {
        Socket socket = opened(new Socket(server.getInetAddress(), server.getLocalPort()));
        Socket peer = acceptedFrom(socket);
        print("open", TcpInfo.of(socket));
        peer.shutdownOutput();
        System.out.println("read " + socket.getInputStream().read());
        print("after FIN", TcpInfo.of(socket));

        Socket other = opened(new Socket(server.getInetAddress(), server.getLocalPort()));
        Socket otherPeer = acceptedFrom(other);
        otherPeer.setSoLinger(true, 0);
        otherPeer.close();
        try {
            System.out.println("read " + other.getInputStream().read());
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
        print("after RST, never looked at before", TcpInfo.of(other));
        other.close();
        print("after close", TcpInfo.of(other));
    }

    /** Earlier connections of this program may be waiting, too. */
    private Socket acceptedFrom(Socket socket) throws IOException {
        while (true) {
            Socket accepted = opened(server.accept());
            if (accepted.getRemoteSocketAddress().equals(socket.getLocalSocketAddress())) {
                return accepted;
            }
        }
    }

    private void connectTo(int port) throws IOException {
        opened(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private <T extends Closeable> T opened(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private static void print(String subject, KeepAliveReport report) {
        System.out.println(subject + ": " + report.entry(KeepAliveOption.SO_KEEPALIVE) + ", "
                + report.entry(KeepAliveOption.TCP_USER_TIMEOUT));
    }

    private static void print(String subject, Optional<TcpInfo> info) {
        System.out.println(
                subject + ": " + info.map(known -> known.state().name()).orElse("unknown"));
    }
}
