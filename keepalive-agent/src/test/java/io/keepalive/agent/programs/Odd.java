package io.keepalive.agent.programs;

import io.keepalive.agent.programs.lookalike.netty.channel.unix.Socket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;

/** Does nothing before its first order; then, for each line of its input, what the line says. */
public final class Odd {
    private static final List<AutoCloseable> OPEN = new ArrayList<>();

    private Odd() {}

    /** Runs until its standard input ends. */
    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        String line = input.readLine();
        while (line != null) {
            switch (line) {
                case "open" -> open();
                case "invalid" -> invalid();
                case "lookalike" -> lookalike();
                case "hook" -> hook();
                default -> throw new IllegalArgumentException(line);
            }
            line = input.readLine();
        }
    }

    private static void open() throws IOException {
        ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        SocketChannel client = SocketChannel.open(listener.getLocalSocketAddress());
        OPEN.add(listener);
        OPEN.add(client);
        OPEN.add(listener.accept());
        System.out.println("opened " + client.socket().getLocalPort() + " " + listener.getLocalPort());
    }

    /** Values that no system takes, on a kept connection. */
    private static void invalid() {
        SocketChannel client = (SocketChannel) OPEN.get(1);
        for (int value : new int[] {0, -1, 40_000}) {
            try {
                client.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, value);
                System.out.println("invalid " + value + " returned");
            } catch (IOException | IllegalArgumentException e) {
                System.out.println("invalid " + value + " " + e.getClass().getName());
            }
        }
    }

    private static void lookalike() {
        try {
            Socket socket = new Socket();
            boolean connected = socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
            socket.setKeepAlive(true);
            System.out.println("lookalike " + connected + " " + socket);
        } catch (LinkageError e) {
            System.out.println("lookalike " + e);
        }
    }

    /** Tries to make the agent set options on all descriptors, as if Netty connected them to elsewhere. */
    private static void hook() throws ReflectiveOperationException {
        InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 80);
        for (Method method : Class.forName("java.net.KeepAliveHook").getMethods()) {
            if (method.getName().equals("connect")) {
                for (int descriptor = 3; descriptor < 100; descriptor++) {
                    if (method.getParameterCount() == 3) {
                        method.invoke(null, descriptor, "Odd", elsewhere);
                    } else {
                        method.invoke(null, 0L, descriptor, "Odd", elsewhere);
                    }
                }
            }
        }
        System.out.println("hook done");
    }
}
