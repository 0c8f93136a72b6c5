package io.keepalive.agent;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Addresses that begin alike.
 *
 * @param start one of them
 * @param prefixBits how many of its bits count
 */
record CidrBlock(InetAddress start, int prefixBits) {
    /**
     * Reads {@code 10.0.0.0/8}, {@code 192.0.2.7}, {@code 2001:db8::/32}. Never asks a name server.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static CidrBlock parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw refused(text);
        }
        try {
            // A literal, so nothing is looked up; IPv4 in IPv6 comes back as IPv4.
            InetAddress start = InetAddress.getByName(literal);
            int most = start.getAddress().length * Byte.SIZE;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > most) {
                throw refused(text);
            }
            return new CidrBlock(start, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw refused(text);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("'" + text
                + "' (expected: an address or a prefix like 10.0.0.0/8 or 2001:db8::/32, no name: at connect only the"
                + " address is known)");
    }

    boolean contains(InetAddress other) {
        byte[] ours = start.getAddress();
        byte[] theirs = other.getAddress();
        if (theirs.length != ours.length) {
            return false;
        }
        int whole = prefixBits / Byte.SIZE;
        int rest = prefixBits % Byte.SIZE;
        return Arrays.equals(theirs, 0, whole, ours, 0, whole)
                && (rest == 0 || ((theirs[whole] ^ ours[whole]) & 0xff) >>> (Byte.SIZE - rest) == 0);
    }
}
