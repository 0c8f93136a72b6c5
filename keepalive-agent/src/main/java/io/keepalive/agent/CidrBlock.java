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
        String prefix = slash < 0 ? "" : text.substring(slash + 1);
        if (slash >= 0 && !prefix.matches("[0-9]{1,3}")) {
            throw refused(text);
        }
        InetAddress start = address(text, literal);
        int most = start.getAddress().length * Byte.SIZE;
        int bits = slash < 0 ? most : Integer.parseInt(prefix);
        if (bits > most) {
            throw refused(text);
        }
        return new CidrBlock(start, bits);
    }

    /**
     * Returns the address that a literal names. {@link InetAddress#getByName} alone takes {@code 999.1.1.1} for a host
     * name, and {@code 10} for 0.0.0.10: four decimal numbers are read here, and brackets force IPv6 there.
     */
    private static InetAddress address(String text, String literal) {
        try {
            if (literal.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
                return InetAddress.getByName("[" + literal + "]"); // IPv4 in IPv6 comes back as IPv4
            }
            if (literal.matches("[0-9]{1,3}([.][0-9]{1,3}){3}")) {
                byte[] bytes = new byte[4];
                String[] parts = literal.split("[.]", -1);
                for (int i = 0; i < bytes.length; i++) {
                    int part = Integer.parseInt(parts[i]);
                    if (part > 0xff) {
                        throw refused(text);
                    }
                    bytes[i] = (byte) part;
                }
                return InetAddress.getByAddress(bytes);
            }
        } catch (UnknownHostException e) {
            // An IPv6 literal that is none.
        }
        throw refused(text);
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
