package io.keepalive.spring.boot;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the kernel holds for a socket of this process: every option of Linux that a program can set and that the kernel does
 * not tune by itself, as buffer sizes are. Needs {@code --add-opens=java.base/sun.nio.ch=ALL-UNNAMED}.
 */
final class HeldOptions {
    /** Names and numbers: asm-generic/socket.h, linux/in.h, linux/in6.h, linux/tcp.h. */
    private static final Map<String, int[]> OPTIONS = Map.ofEntries(
            option("SO_REUSEADDR", 1, 2),
            option("SO_DONTROUTE", 1, 5),
            option("SO_BROADCAST", 1, 6),
            option("SO_KEEPALIVE", 1, 9),
            option("SO_OOBINLINE", 1, 10),
            option("SO_PRIORITY", 1, 12),
            option("SO_LINGER", 1, 13),
            option("SO_REUSEPORT", 1, 15),
            option("SO_RCVLOWAT", 1, 18),
            option("SO_RCVTIMEO", 1, 20),
            option("SO_SNDTIMEO", 1, 21),
            option("SO_MARK", 1, 36),
            option("SO_BUSY_POLL", 1, 46),
            option("SO_ZEROCOPY", 1, 60),
            option("IP_TOS", 0, 1),
            option("IP_TTL", 0, 2),
            option("IP_MTU_DISCOVER", 0, 10),
            option("IP_FREEBIND", 0, 15),
            option("IPV6_UNICAST_HOPS", 41, 16),
            option("IPV6_V6ONLY", 41, 26),
            option("IPV6_TCLASS", 41, 67),
            option("TCP_NODELAY", 6, 1),
            option("TCP_CORK", 6, 3),
            option("TCP_KEEPIDLE", 6, 4),
            option("TCP_KEEPINTVL", 6, 5),
            option("TCP_KEEPCNT", 6, 6),
            option("TCP_SYNCNT", 6, 7),
            option("TCP_LINGER2", 6, 8),
            option("TCP_DEFER_ACCEPT", 6, 9),
            option("TCP_CONGESTION", 6, 13),
            option("TCP_USER_TIMEOUT", 6, 18),
            option("TCP_FASTOPEN", 6, 23),
            option("TCP_NOTSENT_LOWAT", 6, 25),
            option("TCP_SAVE_SYN", 6, 27),
            option("TCP_FASTOPEN_CONNECT", 6, 30),
            option("TCP_INQ", 6, 36));

    private HeldOptions() {}

    private static Map.Entry<String, int[]> option(String name, int level, int number) {
        return Map.entry(name, new int[] {level, number});
    }

    /** By name; the error of the kernel for those that this socket does not have. */
    static Map<String, String> of(int port, int peerPort) throws Exception {
        FileDescriptor descriptor = descriptor(inode(port, peerPort));
        Method get = method("Net", "getIntOption0", FileDescriptor.class, boolean.class, int.class, int.class);
        Map<String, String> held = new TreeMap<>();
        for (Map.Entry<String, int[]> option : OPTIONS.entrySet()) {
            held.put(option.getKey(), value(get, descriptor, option.getValue()));
        }
        return held;
    }

    private static String value(Method get, FileDescriptor descriptor, int[] option) throws IllegalAccessException {
        try {
            return String.valueOf(get.invoke(null, descriptor, false, option[0], option[1]));
        } catch (InvocationTargetException e) {
            return String.valueOf(e.getCause());
        }
    }

    private static Method method(String type, String name, Class<?>... parameters) throws ReflectiveOperationException {
        Method method = Class.forName("sun.nio.ch." + type).getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
    }

    /** The columns of proc(5): local and remote address, and the inode as the tenth. */
    private static String inode(int port, int peerPort) throws IOException {
        String local = ":%04X".formatted(port);
        String remote = ":%04X".formatted(peerPort);
        for (String file : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(file))) {
                String[] columns = line.trim().split("\\s+", -1);
                if (columns[1].endsWith(local) && columns[2].endsWith(remote)) {
                    return columns[9];
                }
            }
        }
        throw new IOException("no connection from " + port + " to " + peerPort);
    }

    private static FileDescriptor descriptor(String inode) throws Exception {
        Method newDescriptor = method("IOUtil", "newFD", int.class);
        Path wanted = Path.of("socket:[" + inode + "]");
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : descriptors.toList()) {
                if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).equals(wanted)) {
                    int number = Integer.parseInt(each.getFileName().toString());
                    return (FileDescriptor) newDescriptor.invoke(null, number);
                }
            }
        }
        throw new IOException("no descriptor of this process for socket " + inode);
    }
}
