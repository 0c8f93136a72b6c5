package io.keepalive.agent.programs;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Opens and closes connections to itself, in rounds, and prints for each round the rate and the CPU time of the
 * thread that does it, which is the better number on a machine that others keep busy; for the first and the last
 * what is held: heap after a collection, descriptors, classes. Knows nothing of the agent:
 *
 * <pre>
 * java [-javaagent:keepalive-agent.jar=...] -Xmx64m -cp keepalive-agent/target/test-classes \
 *     io.keepalive.agent.programs.ChurnProgram 100000 10
 * </pre>
 *
 * <p>Arguments: connections in all, rounds.
 */
public final class ChurnProgram {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ChurnProgram() {}

    /** Half of the connections are sockets, half are channels; each has a client and a server here. */
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[1]);
        int perRound = Integer.parseInt(arguments[0]) / rounds;
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ServerSocketChannel channels =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            for (int round = 1; round <= rounds; round++) {
                long start = System.nanoTime();
                long cpuStart = THREADS.getCurrentThreadCpuTime();
                for (int i = 0; i < perRound / 2; i++) {
                    socket(listener);
                    channel(channels);
                }
                long cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuStart;
                long nanos = System.nanoTime() - start;
                System.out.println("round " + round + ": " + perRound * 1_000_000_000L / nanos + " per second, each "
                        + cpuNanos / perRound + " ns of CPU");
                if (round == 1 || round == rounds) {
                    System.out.println("held " + held());
                }
            }
        }
    }

    private static void socket(ServerSocket listener) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                Socket server = listener.accept()) {
            reset(client, server);
        }
    }

    private static void channel(ServerSocketChannel listener) throws Exception {
        try (SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel server = listener.accept()) {
            reset(client.socket(), server.socket());
        }
    }

    /** Closing leaves no TIME_WAIT behind, of which the ports would run out. */
    private static void reset(Socket client, Socket server) throws Exception {
        client.setSoLinger(true, 0);
        server.setSoLinger(true, 0);
    }

    private static String held() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long descriptors = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : -1;
        int classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
        return heap / 1024 + " " + descriptors + " " + classes;
    }
}
