package io.keepalive.testing;

import com.sun.jna.Function;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Multipath TCP in a channel of the JDK, which knows no such thing: as a program started by mptcpize has. */
public final class MultipathSockets {
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_MPTCP = 262;

    private MultipathSockets() {}

    /** Whether this kernel has it; says so if not. */
    public static boolean areHere() {
        int socket = call("socket", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP);
        if (socket < 0) {
            System.err.println("SKIPPED: this kernel has no multipath TCP");
            return false;
        }
        call("close", socket);
        return true;
    }

    /** Opens a channel and puts another socket in the place of its own. No other thread may open files meanwhile. */
    public static SocketChannel open() throws IOException {
        int lowestFree = call("dup", 0);
        call("close", lowestFree);
        SocketChannel channel = SocketChannel.open();
        Path own = Path.of("/proc/self/fd/" + lowestFree);
        if (!Files.readSymbolicLink(own).toString().startsWith("socket:")) {
            throw new IOException("the channel has another descriptor than " + lowestFree);
        }
        int socket = call("socket", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP);
        if (socket < 0 || call("dup2", socket, lowestFree) != lowestFree) {
            throw new IOException("no multipath TCP");
        }
        call("close", socket);
        return channel;
    }

    private static int call(String name, Object... arguments) {
        return Function.getFunction("c", name).invokeInt(arguments);
    }
}
