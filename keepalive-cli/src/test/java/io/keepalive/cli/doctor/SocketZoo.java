package io.keepalive.cli.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;

/** A program with TCP connections of all kinds: {@code SocketZoo CONNECTIONS}; runs until its input ends. */
final class SocketZoo {
    private static final List<SocketChannel> OPEN = new ArrayList<>();
    private static final int KINDS = 9;

    private SocketZoo() {}

    public static void main(String[] arguments) throws IOException {
        try (ServerSocketChannel ipv4 = listen(StandardProtocolFamily.INET, "127.0.0.1");
                ServerSocketChannel ipv6 = listen(StandardProtocolFamily.INET6, "::");
                ServerSocketChannel small = listen(StandardProtocolFamily.INET, "127.0.0.1")) {
            small.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            int connections = Integer.parseInt(arguments[0]);
            for (int i = 0; i < connections / 2; i++) {
                switch (i % KINDS) {
                    case 0 -> pair(StandardProtocolFamily.INET, "127.0.0.1", ipv4);
                    case 1 -> keep(pair(StandardProtocolFamily.INET, "127.0.0.1", ipv4)[0], 60 + i);
                    case 2 -> keep(pair(StandardProtocolFamily.INET6, "127.0.0.1", ipv6)[1], 7200);
                    case 3 -> pair(StandardProtocolFamily.INET6, "::1", ipv6);
                    case 4 -> keep(pair(StandardProtocolFamily.INET6, "::1", ipv6)[0], 600);
                    case 5 -> pair(StandardProtocolFamily.INET, "127.0.0.1", ipv4)[0].shutdownOutput();
                    case 6 -> {
                        int written =
                                pair(StandardProtocolFamily.INET6, "::1", ipv6)[0].write(ByteBuffer.allocate(10 + i));
                        assert written > 0;
                    }
                    case 7 -> fill(pair(StandardProtocolFamily.INET, "127.0.0.1", small)[0]);
                    default -> {
                        SocketChannel[] ends = pair(StandardProtocolFamily.INET, "127.0.0.1", ipv4);
                        ends[0].close();
                        ends[1].close();
                    }
                }
            }
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // until it ends
            }
        }
    }

    private static ServerSocketChannel listen(ProtocolFamily family, String address) throws IOException {
        return ServerSocketChannel.open(family).bind(new InetSocketAddress(address, 0), 1000);
    }

    /** Both ends, the connecting one first. */
    private static SocketChannel[] pair(ProtocolFamily family, String address, ServerSocketChannel listener)
            throws IOException {
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        SocketChannel client = SocketChannel.open(family);
        boolean connected = client.connect(new InetSocketAddress(address, port));
        assert connected;
        SocketChannel accepted = listener.accept();
        OPEN.add(client);
        OPEN.add(accepted);
        return new SocketChannel[] {client, accepted};
    }

    private static void keep(SocketChannel channel, int idleSeconds) throws IOException {
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, idleSeconds)
                .setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /** Until the peer's window is closed. */
    private static void fill(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        ByteBuffer bytes = ByteBuffer.allocate(65536);
        for (int i = 0; i < 4; i++) {
            while (channel.write(bytes.clear()) > 0) {
                // more
            }
        }
    }
}
