package io.keepalive.internal.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a connection as Linux lists it in {@code /proc/self/net/tcp} and {@code tcp6}, on every JDK and without
 * any right: man 5 proc. A dead connection is not listed any more, although its descriptor is still open.
 *
 * <p>Costs 1 to 3 ms with a thousand sockets in the namespace, some 50 ms with twenty thousand: for the end of a
 * connection, not for each beat.
 */
public final class ProcNetTcp {
    /** The first twelve bytes of an IPv4 address mapped into IPv6. */
    private static final String MAPPED = "0".repeat(16) + word(new byte[] {0, 0, -1, -1}, 0);

    /** The state of a listener: include/net/tcp_states.h. */
    private static final String LISTEN = "0A";

    /** Columns after the addresses: man 5 proc. */
    private static final int STATE = 0;

    private static final int RETRANSMITS = 3;
    private static final int PROBES = 5;

    private static final Path FOLDER = Path.of("/proc/self/net");

    private final List<String> lines;

    /** Takes the lines of both files. */
    ProcNetTcp(List<String> lines) {
        this.lines = lines;
    }

    /** Reads the lists, which may have no line; empty where the system has no lists. */
    public static Optional<ProcNetTcp> read() {
        List<String> lines = new ArrayList<>();
        boolean found = false;
        for (String file : List.of("tcp", "tcp6")) {
            try (Stream<String> content = Files.lines(FOLDER.resolve(file), StandardCharsets.US_ASCII)) {
                content.skip(1).forEach(lines::add);
                found = true;
            } catch (IOException | UncheckedIOException e) {
                // Not Linux, or without IPv6.
            }
        }
        return found ? Optional.of(new ProcNetTcp(lines)) : Optional.empty();
    }

    /** The number of a connection's state (include/net/tcp_states.h); empty if it is not listed. */
    public OptionalInt state(InetSocketAddress local, InetSocketAddress remote) {
        String[] columns = columns(local, remote);
        return columns == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(columns[STATE], 16));
    }

    /**
     * The begin of {@code TCP_INFO} as far as it is listed: state, retransmits and unanswered probes. Empty if the
     * connection is not listed.
     */
    public Optional<byte[]> info(InetSocketAddress local, InetSocketAddress remote) {
        String[] columns = columns(local, remote);
        if (columns == null || columns.length <= PROBES) {
            return Optional.empty();
        }
        return Optional.of(new byte[] {
            (byte) Integer.parseInt(columns[STATE], 16),
            0, // the state of congestion control is not listed
            (byte) Math.min(0xFF, Long.parseLong(columns[RETRANSMITS], 16)),
            (byte) Math.min(0xFF, Long.parseLong(columns[PROBES]))
        });
    }

    /** The columns of a connection that follow its addresses; null if it is not listed. */
    private String @Nullable [] columns(InetSocketAddress local, InetSocketAddress remote) {
        List<String> wanted = new ArrayList<>();
        for (String localText : hex(local)) {
            for (String remoteText : hex(remote)) {
                if (localText.length() == remoteText.length()) {
                    wanted.add(": " + localText + " " + remoteText + " ");
                }
            }
        }
        for (String line : lines) {
            for (String text : wanted) {
                int start = line.indexOf(text);
                if (start >= 0) {
                    return line.substring(start + text.length()).trim().split(" +", -1);
                }
            }
        }
        return null;
    }

    /** Whether any connection has this local end, whatever its peer; a listener is none. */
    public boolean hasConnectionFrom(InetSocketAddress local) {
        for (String text : hex(local)) {
            String wanted = ": " + text + " ";
            for (String line : lines) {
                int start = line.indexOf(wanted);
                int end = start < 0 ? -1 : start + wanted.length() + text.length() + 1; // both ends are of one length
                if (end >= 0 && end + 2 <= line.length() && !line.startsWith(LISTEN, end)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** How the kernel may write an address: Java's sockets are IPv6 ones, with IPv4 addresses mapped, by default. */
    private static List<String> hex(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String port = String.format(Locale.ROOT, ":%04X", address.getPort());
        if (ip instanceof Inet4Address) {
            String v4 = word(ip.getAddress(), 0) + port;
            return List.of(v4, MAPPED + v4);
        }
        StringBuilder text = new StringBuilder();
        for (int offset = 0; offset < 16; offset += 4) {
            text.append(word(ip.getAddress(), offset));
        }
        return List.of(text + port);
    }

    /** Four bytes of an address as the kernel prints them: as a number in the machine's byte order. */
    private static String word(byte[] bytes, int offset) {
        int number = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(offset);
        return String.format(Locale.ROOT, "%08X", number);
    }
}
