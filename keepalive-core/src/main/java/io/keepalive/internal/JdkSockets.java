package io.keepalive.internal;

import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.NetworkChannel;

/** The three families of JDK sockets. */
public final class JdkSockets {
    public static final JdkSocket<Socket> SOCKET = new JdkSocket.OfSocket();
    public static final JdkSocket<ServerSocket> SERVER_SOCKET = new JdkSocket.OfServerSocket();
    public static final JdkSocket<NetworkChannel> CHANNEL = new JdkSocket.OfChannel();

    private JdkSockets() {}
}
