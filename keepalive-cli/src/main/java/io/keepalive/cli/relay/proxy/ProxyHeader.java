package io.keepalive.cli.relay.proxy;

import io.keepalive.cli.option.CidrBlock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A header in front of a connection that names the address of its client.
 *
 * @param length bytes that the header took
 * @param source the client's address; null if the header names none
 * @param destination the address that the client connected to; null if the header names none
 */
public record ProxyHeader(
        int length,
        @Nullable InetSocketAddress source,
        @Nullable InetSocketAddress destination) {
    /** Room for any header that is accepted: version 2 with 512 bytes of addresses and extensions. */
    public static final int LONGEST = 16 + 512;

    /** Specification, 2.1: the longest line is 107 bytes with its CRLF. */
    private static final int LONGEST_V1 = 107;

    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int V2_FIXED = 16;
    private static final int PROXY_COMMAND = 0x21;
    private static final int LOCAL_COMMAND = 0x20;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final Pattern LINE = Pattern.compile(
            "PROXY (TCP4 (?:[0-9.]{7,15}) (?:[0-9.]{7,15})|TCP6 (?:[0-9a-fA-F:.]{2,39}) (?:[0-9a-fA-F:.]{2,39}))"
                    + " ([0-9]{1,5}) ([0-9]{1,5})");

    /** A header of another form. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    /** The version of a header to be written. */
    public enum Version {
        /** A line of text. */
        V1,
        /** Binary. */
        V2
    }

    /**
     * Reads a header from the start of received bytes.
     *
     * @param bytes from index 0 to its position; not changed
     * @return null if more bytes are needed
     */
    public static @Nullable ProxyHeader read(ByteBuffer bytes) throws MalformedException {
        int length = bytes.position();
        if (startsWith(bytes, V2, Math.min(length, V2.length))) {
            return length < V2_FIXED ? null : readV2(bytes, length);
        }
        if (startsWith(bytes, V1, Math.min(length, V1.length))) {
            return readV1(bytes, length);
        }
        throw new MalformedException("no PROXY header at the start of the connection");
    }

    private static boolean startsWith(ByteBuffer bytes, byte[] signature, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes.get(i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable ProxyHeader readV1(ByteBuffer bytes, int length) throws MalformedException {
        for (int i = 0; i + 1 < Math.min(length, LONGEST_V1); i++) {
            if (bytes.get(i) == '\r' && bytes.get(i + 1) == '\n') {
                byte[] line = new byte[i];
                bytes.duplicate().position(0).get(line);
                return parse(new String(line, StandardCharsets.ISO_8859_1), i + 2);
            }
        }
        if (length >= LONGEST_V1) {
            throw new MalformedException("PROXY header: no line end within " + LONGEST_V1 + " bytes");
        }
        return null;
    }

    private static ProxyHeader parse(String line, int length) throws MalformedException {
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return new ProxyHeader(length, null, null);
        }
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new MalformedException("PROXY header: malformed line");
        }
        String[] words = line.split(" ", -1);
        return new ProxyHeader(length, address(words[2], words[4]), address(words[3], words[5]));
    }

    private static InetSocketAddress address(String host, String port) throws MalformedException {
        int number = Integer.parseInt(port);
        if (number > 65535) {
            throw new MalformedException("PROXY header: port " + number);
        }
        try {
            return new InetSocketAddress(CidrBlock.parse(host).base(), number); // a literal: never looked up
        } catch (IllegalArgumentException e) {
            throw new MalformedException("PROXY header: malformed address");
        }
    }

    private static @Nullable ProxyHeader readV2(ByteBuffer bytes, int length) throws MalformedException {
        int command = bytes.get(12) & 0xff;
        int family = bytes.get(13) & 0xff;
        int rest = bytes.getShort(14) & 0xffff;
        if (command != PROXY_COMMAND && command != LOCAL_COMMAND) {
            throw new MalformedException("PROXY header: version and command 0x" + Integer.toHexString(command));
        }
        if (V2_FIXED + rest > LONGEST) {
            throw new MalformedException("PROXY header: " + rest + " bytes (expected: at most 512)");
        }
        int addressBytes = family == TCP4 ? 4 : family == TCP6 ? 16 : 0;
        if (command == PROXY_COMMAND && rest < 2 * addressBytes + 4 && addressBytes > 0) {
            throw new MalformedException("PROXY header: too short for its addresses");
        }
        if (length < V2_FIXED + rest) {
            return null;
        }
        if (command == LOCAL_COMMAND || addressBytes == 0) {
            return new ProxyHeader(V2_FIXED + rest, null, null);
        }
        int ports = V2_FIXED + 2 * addressBytes;
        return new ProxyHeader(
                V2_FIXED + rest,
                address(bytes, V2_FIXED, addressBytes, ports),
                address(bytes, V2_FIXED + addressBytes, addressBytes, ports + 2));
    }

    private static InetSocketAddress address(ByteBuffer bytes, int at, int length, int portAt)
            throws MalformedException {
        byte[] raw = new byte[length];
        bytes.duplicate().position(at).get(raw);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(raw), bytes.getShort(portAt) & 0xffff);
        } catch (UnknownHostException e) {
            throw new MalformedException("PROXY header: malformed address");
        }
    }

    /** Writes a header for a TCP connection. */
    public static byte[] write(Version version, InetSocketAddress source, InetSocketAddress destination) {
        byte[] from = source.getAddress().getAddress();
        byte[] to = destination.getAddress().getAddress();
        if (from.length != to.length) {
            // One of each family: IPv4 mapped into IPv6 (RFC 4291, 2.5.5.2).
            from = mapped(from);
            to = mapped(to);
        }
        return version == Version.V1
                ? line(from, to, source.getPort(), destination.getPort())
                : binary(from, to, source.getPort(), destination.getPort());
    }

    private static byte[] mapped(byte[] address) {
        if (address.length == 16) {
            return address;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(address, 0, mapped, 12, 4);
        return mapped;
    }

    private static byte[] line(byte[] from, byte[] to, int fromPort, int toPort) {
        String family = from.length == 4 ? "TCP4" : "TCP6";
        return String.join(" ", "PROXY", family, text(from), text(to), String.valueOf(fromPort), String.valueOf(toPort))
                .concat("\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** InetAddress would print a mapped address as IPv4. */
    private static String text(byte[] address) {
        if (address.length == 4) {
            return (address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "."
                    + (address[3] & 0xff);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i += 2) {
            text.append(i == 0 ? "" : ":")
                    .append(Integer.toHexString((address[i] & 0xff) << 8 | (address[i + 1] & 0xff)));
        }
        return text.toString();
    }

    private static byte[] binary(byte[] from, byte[] to, int fromPort, int toPort) {
        int rest = 2 * from.length + 4;
        ByteBuffer header = ByteBuffer.allocate(V2_FIXED + rest);
        header.put(V2)
                .put((byte) PROXY_COMMAND)
                .put((byte) (from.length == 4 ? TCP4 : TCP6))
                .putShort((short) rest)
                .put(from)
                .put(to)
                .putShort((short) fromPort)
                .putShort((short) toPort);
        return Arrays.copyOf(header.array(), header.position());
    }
}
