package io.keepalive.agent.programs;

import io.keepalive.testing.RefusedOptions;
import io.keepalive.testing.RefusedOptions.Call;
import io.keepalive.testing.RefusedOptions.Errno;
import io.keepalive.testing.RefusedOptions.Option;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/**
 * Connects while the kernel refuses one option or two to the connecting thread, with each error, and looks from another thread at
 * what the socket holds. Knows the policy that the agent was given, but sets nothing of it.
 *
 * <p>{@code start OPTION ERRNO} refuses them to the whole program instead, before it opens its first socket.
 */
public final class Sandboxed {
    private static final Map<Option, SocketOption<?>> READABLE = Map.of(
            Option.SO_KEEPALIVE, StandardSocketOptions.SO_KEEPALIVE,
            Option.TCP_KEEPIDLE, ExtendedSocketOptions.TCP_KEEPIDLE,
            Option.TCP_KEEPINTVL, ExtendedSocketOptions.TCP_KEEPINTERVAL,
            Option.TCP_KEEPCNT, ExtendedSocketOptions.TCP_KEEPCOUNT);

    private static final Map<Option, Object> POLICY = Map.of(
            Option.SO_KEEPALIVE, true, Option.TCP_KEEPIDLE, 120, Option.TCP_KEEPINTVL, 30, Option.TCP_KEEPCNT, 8);

    private static int connections;

    private Sandboxed() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            fromTheStart(Option.valueOf(arguments[1]), Errno.valueOf(arguments[2]));
            return;
        }
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            for (Errno errno : Errno.values()) {
                for (Set<Call> calls : Call.choices()) {
                    for (Set<Option> refused : Option.oneOrTwo()) {
                        trial(server, calls, refused, errno);
                    }
                }
            }
        }
        System.out.println("connections " + connections);
    }

    private static void trial(ServerSocket server, Set<Call> calls, Set<Option> refused, Errno errno) throws Exception {
        Socket[] socket = new Socket[2];
        RefusedOptions.during(calls, refused, errno, () -> {
            socket[0] = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
            socket[1] = SocketChannel.open(server.getLocalSocketAddress()).socket();
            if (!refused.contains(Option.SO_KEEPALIVE)) {
                socket[0].setKeepAlive(false); // the agent refuses it
            }
        });
        for (Socket each : socket) {
            connections++;
            check(each, calls.contains(Call.SET) ? refused : Set.of(), errno + " " + calls + " of " + refused);
            each.close();
            server.accept().close();
        }
    }

    private static void check(Socket socket, Set<Option> refused, String trial) throws IOException {
        for (Map.Entry<Option, SocketOption<?>> each : READABLE.entrySet()) {
            Object held = socket.getOption(each.getValue());
            boolean isAsWanted = held.equals(POLICY.get(each.getKey()));
            if (isAsWanted == refused.contains(each.getKey())) {
                System.out.println("wrong: " + each.getKey() + "=" + held + " with " + trial);
            }
        }
    }

    private static void fromTheStart(Option option, Errno errno) throws Exception {
        RefusedOptions.refuse(EnumSet.allOf(Call.class), EnumSet.of(option), errno);
        Socket socket;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
            server.accept().close();
        }
        for (Map.Entry<Option, SocketOption<?>> each : READABLE.entrySet()) {
            if (each.getKey() != option) {
                Object held = socket.getOption(each.getValue());
                if (!held.equals(POLICY.get(each.getKey()))) {
                    System.out.println("wrong: " + each.getKey() + "=" + held);
                }
            }
        }
        System.out.println("connections 1");
    }
}
