package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /proc/net/tcp} and {@code tcp6} (man 5 proc, net/ipv4/tcp_ipv4.c): what {@link SockDiag} reports, on every JDK, but
 * without TCP_INFO and cookie.
 */
public final class ProcNetTcp {
    /** Timers are printed in ticks of USER_HZ, which every architecture but alpha has at 100. */
    private static final int MILLIS_PER_TICK = 10;

    private ProcNetTcp() {}

    /**
     * Reads both lists of a process's network namespace.
     *
     * @param process {@code /proc/self} or {@code /proc/PID}
     */
    public static List<TcpSocket> read(Path process) throws IOException {
        List<TcpSocket> sockets = new ArrayList<>(parse(lines(process.resolve("net/tcp"))));
        try {
            sockets.addAll(parse(lines(process.resolve("net/tcp6"))));
        } catch (NoSuchFileException e) {
            // a kernel without IPv6
        }
        return sockets;
    }

    private static List<String> lines(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII)
                .lines()
                .toList();
    }

    /** Parses the lines of one list, its heading included. */
    public static List<TcpSocket> parse(List<String> lines) {
        List<TcpSocket> sockets = new ArrayList<>(lines.size());
        for (String line : lines) {
            if (!line.isBlank() && !line.contains("local_address")) {
                sockets.add(parse(line));
            }
        }
        return sockets;
    }

    private static TcpSocket parse(String line) {
        String[] fields = line.strip().split("\\s+", 12);
        if (fields.length < 10) {
            throw new IllegalArgumentException("/proc/net/tcp: '" + line + "' (expected: at least 10 fields)");
        }
        int queue = fields[4].indexOf(':');
        int timer = fields[5].indexOf(':');
        TcpTimer kind = TcpTimer.of(Integer.parseInt(fields[5], 0, timer, 16));
        // retrnsmt counts retransmissions, timeout unanswered probes
        int count = kind == TcpTimer.RETRANSMIT ? (int) Long.parseLong(fields[6], 16) : (int) Long.parseLong(fields[8]);
        return new TcpSocket(
                TcpState.of(Integer.parseInt(fields[3], 16)),
                endpoint(fields[1]),
                endpoint(fields[2]),
                0,
                0,
                kind,
                kind == TcpTimer.OFF
                        ? 0
                        : Long.parseLong(fields[5], timer + 1, fields[5].length(), 16) * MILLIS_PER_TICK,
                count,
                Long.parseLong(fields[4], queue + 1, fields[4].length(), 16),
                Long.parseLong(fields[4], 0, queue, 16),
                Long.parseLong(fields[7]),
                Long.parseLong(fields[9]),
                false,
                null);
    }

    /** Words of four bytes, each printed as a number in the machine's byte order. */
    private static IpEndpoint endpoint(String text) {
        int colon = text.indexOf(':');
        int port = Integer.parseInt(text, colon + 1, text.length(), 16);
        if (colon == 8) {
            return IpEndpoint.ofIpv4(word(text, 0), port);
        }
        ByteBuffer address = ByteBuffer.allocate(16);
        for (int i = 0; i < 4; i++) {
            address.putInt(word(text, 8 * i));
        }
        return new IpEndpoint(true, address.getLong(0), address.getLong(8), port);
    }

    private static int word(String text, int start) {
        int value = Integer.parseUnsignedInt(text, start, start + 8, 16);
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }
}
